import type { RuntimeEvent, Target } from '../../runtimes/runtime.ts'
import type { InjectedFault } from '../journal/schema/fault.ts'
import type { HitReplica } from '../journal/schema/hit-replica.ts'

/** Replicas that faults have ended. */

/** How long after a fault has landed the end of a replica may be seen, in milliseconds: workloads are looked at once a second. */
const SEEN_WITHIN_MS = 2_000

/**
 * The replicas that faults have ended or frozen, and when each was ready again: the same one, and not another one that answers in its place.
 * One that has left its service meanwhile (it was scaled away) is not waited for. Pure.
 */
export function hitReplicas(injected: readonly HitBy[], events: readonly RuntimeEvent[]): HitReplica[] {
  const ends = events.filter((event) => ENDS.includes(event.kind) && injected.some((fault) => isHitBy(event, fault)))
  const firsts = ends.filter((end, index) => ends.findIndex(({ replica }) => replica === end.replica) === index)
  return firsts.flatMap(({ service, replica, sequence, atMs }) => {
    const later = events.filter((event) => event.replica === replica && event.sequence > sequence)
    const again = later.find(({ kind }) => kind === 'healthy' || kind === 'resumed')
    if (again === undefined && later.some(({ kind }) => kind === 'stopped')) return []
    return [{ service, replica, endedAtMs: atMs, readyAtMs: again?.atMs ?? null }]
  })
}

/** A fault of the run, with what it was aimed at. */
export interface HitBy {
  step: { target: Target }
  askedAtMs: number
  fault: InjectedFault
}

const ENDS: readonly RuntimeEvent['kind'][] = ['exited', 'paused']

function isHitBy({ service, replica, atMs }: RuntimeEvent, { step: { target }, askedAtMs, fault }: HitBy): boolean {
  const { landed, atMs: landedAtMs } = fault.landing
  if (!landed || target.service !== service) return false
  if (target.replica !== undefined && target.replica !== replica) return false
  return atMs >= askedAtMs && atMs <= landedAtMs + SEEN_WITHIN_MS
}
