import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { type Landing, landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import type { ContainerView, PodView, WorkloadSubject } from '../workload.ts'

/** What the faults on pods have in common: their target, and the proof that something happened to it. */

/** The kubelet reports what has happened to a container about once a second, and the API server when it is asked. */
export const LOOK_MS = 200
const GONE_WITHIN_MS = 15_000
const OUT_WITHIN_MS = 5_000

/** @throws FD_FAULT_UNSUPPORTED for a replica that is not a pod */
export function workloadOf({ workload, service }: Subject): WorkloadSubject {
  if (workload !== undefined) return workload
  throw faultErrors.error('FD_FAULT_UNSUPPORTED', {
    message: `${service} is not a workload of Kubernetes`,
    expected: 'a service with `kubernetes` in firedrill.yaml',
  })
}

/** A fault whose replica has no pod at the moment: nothing was done. */
export function hasNoPod({ replica }: Subject): RunningFault {
  return {
    injectedAtMs: Date.now(),
    landing: notLanded(`${replica} has no pod at the moment`),
    undo: async () => ({ changed: false, detail: `${replica} had no pod, and nothing was done` }),
  }
}

/** The container of that name; the first one where none is named. @throws FD_FAULT_PARAMS */
export function containerOf(pod: PodView, name: string): ContainerView {
  const found = pod.containers.find((container) => name === '' || container.name === name)
  if (found !== undefined) return found
  throw faultErrors.error('FD_FAULT_PARAMS', {
    message: `pod ${pod.name} has no container ${name}`,
    expected: `one of ${pod.containers.map((container) => container.name).join(', ')}`,
  })
}

/** A pod that is to be taken away, and the Services that send to it. */
export interface LeavingPod {
  pod: PodView
  services: readonly string[]
}

/** Looked up before anything is done. Where the endpoints may not be read, the proof says nothing of them. */
export async function leavingPod(workload: WorkloadSubject, pod: PodView): Promise<LeavingPod> {
  return { pod, services: await workload.servicesOf(pod).catch(() => []) }
}

/** Waits until the pod is away in that sense, and then until no Service sends to it any more. */
export async function untilAway(
  workload: WorkloadSubject,
  { pod, services }: LeavingPod,
  isAway: (now: PodView | undefined) => string | undefined,
): Promise<Landing> {
  const away = await waitUntil(
    async () => {
      const proof = isAway(await workload.again(pod))
      return proof === undefined ? notYet(`pod ${pod.name} is still there`) : done(landed(proof))
    },
    { what: `pod ${pod.name} to go`, timeoutMs: GONE_WITHIN_MS, intervalMs: LOOK_MS },
  ).catch(() => notLanded(`pod ${pod.name} was still there after ${formatDuration(GONE_WITHIN_MS)}`))
  if (!away.landed || services.length === 0) return away
  const names = services.join(', ')
  const isOut = await waitUntil(
    async () => {
      const left = await workload.servicesOf(pod)
      return left.length === 0 ? done(true) : notYet(`it is an endpoint of ${left.join(', ')}`)
    },
    { what: `pod ${pod.name} to leave its Services`, timeoutMs: OUT_WITHIN_MS, intervalMs: LOOK_MS },
  ).catch(() => false)
  return { ...away, proof: `${away.proof}, and ${isOut ? 'no longer' : 'still'} an endpoint of ${names}` }
}

/** Which pod has come into the place of the one that went, for people. */
export async function replacedBy(workload: WorkloadSubject, pod: PodView): Promise<string> {
  const now = await workload.pod().catch(() => undefined)
  if (now === undefined || now.uid === pod.uid) return 'Kubernetes has not replaced it yet'
  return `pod ${now.name} ${now.isReady ? 'is' : 'comes'} in its place`
}
