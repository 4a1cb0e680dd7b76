import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { faultErrors } from '../../../faults/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { Pod } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { UNDO_CONTAINER } from './undo-job.ts'
import { ARMED_ANNOTATION, COORDINATION, UNDO_LABEL, type UndoLease, type UndoRecord } from './undo-record.ts'

/** Waits for the Job that undoes a change when its Lease ends. */

/** An image may have to be pulled first. */
const WATCHED_WITHIN_MS = 90_000
const LOOK_MS = 300
/** A Job has its pod within a second, unless that is refused. */
const POD_WITHIN_MS = 15_000

/** Reasons for which a container never starts. */
const NEVER = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'CrashLoopBackOff',
]

/** Waits until the Job watches the Lease. @throws FD_FAULT_REFUSED when it does not, with the reason; the signal's reason */
export async function untilWatched(
  cluster: Pick<Cluster, 'request'>,
  { record, lease, programs }: { record: UndoRecord; lease: string; programs: PodPrograms },
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = record.object
  const refused = (given: string) =>
    faultErrors.error('FD_FAULT_REFUSED', {
      message: `the Job that would undo ${record.fault} does not start, so nothing is changed`,
      given,
      expected: `the service account ${programs.serviceAccount} in ${namespace}, and an image with Node 20 or later`,
      next: 'name both in firedrill.yaml: kubernetes: { serviceAccount: …, image: … }',
    })
  let isLost = false
  const begunMs = performance.now()
  await waitUntil(
    async () => {
      const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases', name: lease })
      const { metadata } = await cluster.request<UndoLease>({ path })
      if (metadata.annotations?.[ARMED_ANNOTATION] !== undefined) return done(undefined)
      const state = await stateOfJob(cluster, { namespace, id: record.id })
      isLost = state.isLost || (!state.hasPod && performance.now() - begunMs > POD_WITHIN_MS)
      if (isLost) throw refused(state.text)
      return notYet(state.text)
    },
    { what: 'the Job to watch', timeoutMs: WATCHED_WITHIN_MS, intervalMs: LOOK_MS, signal, fatal: () => isLost },
  ).catch((error: { code?: string; details?: { given?: string } }) => {
    throw error.code === 'FD_WAIT_TIMEOUT' ? refused(error.details?.given ?? 'no reason is known') : error
  })
}

const NO_POD =
  'it has no pod: there may be no such service account, or a quota or an admission policy refuses it (kubectl describe job shows which)'

async function stateOfJob(
  cluster: Pick<Cluster, 'request'>,
  { namespace, id }: { namespace: string; id: string },
): Promise<{ text: string; hasPod: boolean; isLost: boolean }> {
  const path = resourcePath({ namespace, resource: 'pods' })
  const [pod] = await listAll<Pod>(cluster, { path, query: { labelSelector: `${UNDO_LABEL}=${id}` } })
  if (pod === undefined) return { text: NO_POD, hasPod: false, isLost: false }
  const why = whyNeverStarts(pod, UNDO_CONTAINER)
  return { text: why ?? stateText(pod, UNDO_CONTAINER), hasPod: true, isLost: why !== undefined }
}

/** Why that container of a pod never starts; `undefined` while it may. Pure. */
export function whyNeverStarts(pod: Pod, container: string): string | undefined {
  const reason = stateOf(pod, container).reason ?? ''
  return NEVER.includes(reason) ? stateText(pod, container) : undefined
}

/** For people: "pod undo-1: Unschedulable 0/2 nodes are available". Pure. */
export function stateText(pod: Pod, container: string): string {
  const { reason = pod.status.phase, message = '' } = stateOf(pod, container)
  return `pod ${pod.metadata.name}: ${reason} ${message}`.trim()
}

function stateOf({ status }: Pod, container: string): { reason?: string; message?: string } {
  const { containerStatuses = [], conditions = [] } = status
  const { waiting } = containerStatuses.find(({ name }) => name === container)?.state ?? {}
  return waiting ?? conditions.find(({ type, status: met }) => type === 'PodScheduled' && met === 'False') ?? {}
}
