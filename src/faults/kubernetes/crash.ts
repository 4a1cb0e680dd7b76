import { Type } from '#typebox'
import { pollFor } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { defineFault, type Landing, landed, notLanded } from '../fault.ts'
import type { ContainerView, PodView, WorkloadSubject } from '../workload.ts'
import { endContainer } from './end-container.ts'
import { containerOf, hasNoPod, LOOK_MS, workloadOf } from './pod-proof.ts'

/** Ends a container of a pod from inside. */

const RESTART_WITHIN_MS = 3_000

export const crash = defineFault({
  name: 'crash',
  summary:
    'End the process of a container from inside: the kubelet starts it again in the same pod, later each time, and its restart count grows by one',
  params: Type.Object(
    {
      container: Type.String({
        default: '',
        maxLength: 63,
        description: 'Name of the container; empty: the one that counts',
      }),
    },
    { additionalProperties: false },
  ),
  needs: ['workload'],
  async start(subject, params, { signal }) {
    const workload = workloadOf(subject)
    const pod = await workload.pod()
    if (pod === undefined) return hasNoPod(subject)
    refuseShared(pod)
    const container = containerOf(pod, params.container)
    const undo = async () => ({
      changed: false,
      detail: stateOf(await workload.again(pod).catch(() => undefined), container),
    })
    if (!container.isRunning) {
      return { injectedAtMs: Date.now(), landing: notLanded(`${container.name} of pod ${pod.name} does not run`), undo }
    }
    await workload.checkLoss(pod)
    const { endedAtMs, how } = await endContainer(workload, { pod, container, signal })
    if (endedAtMs === undefined) return { injectedAtMs: Date.now(), landing: notLanded(how), undo }
    return { injectedAtMs: endedAtMs, landing: await proofOf(workload, { pod, container, how }), undo }
  },
})

/** @throws FD_FAULT_REFUSED where pid 1 is not of one container: to end it would end all of them, or the node */
function refuseShared({ name, sharesProcesses }: PodView): void {
  if (!sharesProcesses) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `the containers of pod ${name} share their processes, and which one is of this container is not known`,
    expected: 'a pod without shareProcessNamespace and hostPID',
  })
}

/** The container has ended: waits a moment for its next start, so that the proof names the restart. */
async function proofOf(
  workload: WorkloadSubject,
  { pod, container, how }: { pod: PodView; container: ContainerView; how: string },
): Promise<Landing> {
  const atMs = Date.now()
  // An answer that is missing says nothing of the pod.
  const now = await pollFor(() => workload.again(pod).catch(() => pod), {
    until: (seen) =>
      seen === undefined ||
      (seen.containers.find(({ name }) => name === container.name)?.restarts ?? 0) > container.restarts,
    timeoutMs: RESTART_WITHIN_MS,
    intervalMs: LOOK_MS,
  })
  if (now === undefined) return notLanded(`pod ${pod.name} is gone: somebody else has deleted it at the same moment`)
  const seen = now.containers.find(({ name }) => name === container.name)
  const parts = [
    `${container.name} of pod ${pod.name} ended after ${how}`,
    ...(seen?.ended === undefined ? [] : [seen.ended]),
    seen === undefined || seen.restarts === container.restarts
      ? 'not started again yet'
      : `restart count ${container.restarts} became ${seen.restarts}, and the pod is the same`,
  ]
  return { ...landed(parts.join(', ')), atMs }
}

/** What became of the container, for people. The kubelet repairs it: nothing is put back. */
function stateOf(pod: PodView | undefined, { name, restarts }: ContainerView): string {
  const now = pod?.containers.find((container) => container.name === name)
  if (pod === undefined || now === undefined) return 'the pod is gone'
  if (now.isRunning) return `${name} of pod ${pod.name} runs, after ${now.restarts - restarts} restarts`
  return `${name} of pod ${pod.name} ${now.waiting === undefined ? 'does not run' : `waits with ${now.waiting}`}; the kubelet starts it`
}
