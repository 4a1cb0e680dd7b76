import type { Pod } from '../../kubernetes/objects.ts'
import type { EndingReplica } from '../../runtimes/runtime.ts'

/** What is left of pods that were deleted. */

/** A pod with a longer grace than this may go on for hours, in milliseconds: nobody waits for its end. */
const MOST_GRACE_MS = 60_000
/** The kubelet of Kubernetes 1.20 now and then takes a minute until it reports that the containers of a pod have ended. In milliseconds. */
const REPORTED_WITHIN_MS = 90_000

/** What is left of a pod that was deleted: one, or none of a pod that was not. It stays an address of its Services until it is gone. */
export function endingPod({ metadata }: Pick<Pod, 'metadata'>): EndingReplica[] {
  const { name, deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata
  if (deletionTimestamp === undefined) return []
  const graceMs = deletionGracePeriodSeconds * 1_000
  const sinceMs = Date.parse(deletionTimestamp) - graceMs
  return [{ name: `pod ${name}`, sinceMs, goneByMs: sinceMs + Math.min(graceMs, MOST_GRACE_MS) + REPORTED_WITHIN_MS }]
}
