import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { type Landing, landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import type { PodView, WorkloadSubject } from '../workload.ts'
import { hasNoPod, LOOK_MS, workloadOf } from './pod-proof.ts'

/** Faults that take a pod away; its controller makes another one, so that nothing is put back. */

const GONE_WITHIN_MS = 15_000
const OUT_WITHIN_MS = 5_000

/** How a pod is taken away, and what proves it. */
export interface TakingAway {
  act(workload: WorkloadSubject, pod: PodView): Promise<void>
  /** What became of the pod, for people: "is gone"; `undefined` while it is not away. */
  isAway(now: PodView | undefined): string | undefined
}

/** Takes the pod of a replica away, and proves it by its UID and by the endpoints. @throws FD_FAULT_REFUSED where its loss is refused */
export function takeAway(subject: Subject, { act, isAway }: TakingAway): Promise<RunningFault> {
  return takePod(subject, async (workload, pod) => {
    // Looked up before anything is done. Where the endpoints may not be read, the proof says nothing of them.
    const services = await workload.servicesOf(pod).catch(() => [])
    await act(workload, pod)
    const injectedAtMs = Date.now()
    return { injectedAtMs, landing: await untilAway(workload, { pod, services }, isAway) }
  })
}

/** Does something to the pod of a replica by which it is replaced. @throws FD_FAULT_REFUSED where its loss is refused */
export async function takePod(
  subject: Subject,
  take: (workload: WorkloadSubject, pod: PodView) => Promise<Pick<RunningFault, 'injectedAtMs' | 'landing'>>,
): Promise<RunningFault> {
  const workload = workloadOf(subject)
  const pod = await workload.pod()
  if (pod === undefined) return hasNoPod(subject)
  await workload.checkLoss(pod)
  const taken = await take(workload, pod)
  return { ...taken, undo: async () => ({ changed: false, detail: await replacedBy(workload, pod) }) }
}

/** Waits until the pod is away in that sense, and then until no Service sends to it any more. */
async function untilAway(
  workload: WorkloadSubject,
  { pod, services }: { pod: PodView; services: readonly string[] },
  isAway: TakingAway['isAway'],
): Promise<Landing> {
  const away = await waitUntil(
    async () => {
      const how = isAway(await workload.again(pod))
      if (how === undefined) return notYet(`pod ${pod.name} is still there`)
      return done(landed(`pod ${pod.name} with UID ${pod.uid} ${how}`))
    },
    { what: `pod ${pod.name} to go`, timeoutMs: GONE_WITHIN_MS, intervalMs: LOOK_MS },
  ).catch(() => notLanded(`pod ${pod.name} was still there after ${formatDuration(GONE_WITHIN_MS)}`))
  if (!away.landed || services.length === 0) return away
  const isOut = await waitUntil(
    async () => {
      const left = await workload.servicesOf(pod)
      return left.length === 0 ? done(true) : notYet(`it is an endpoint of ${left.join(', ')}`)
    },
    { what: `pod ${pod.name} to leave its Services`, timeoutMs: OUT_WITHIN_MS, intervalMs: LOOK_MS },
  ).catch(() => false)
  return { ...away, proof: `${away.proof}, and ${isOut ? 'no longer' : 'still'} an endpoint of ${services.join(', ')}` }
}

/** Which pod has come into the place of the one that went, for people. */
async function replacedBy(workload: WorkloadSubject, pod: PodView): Promise<string> {
  const now = await workload.pod().catch(() => undefined)
  if (now === undefined || now.uid === pod.uid) return 'Kubernetes has not replaced it yet'
  return `pod ${now.name} ${now.isReady ? 'is' : 'comes'} in its place`
}
