import { faultErrors } from '../errors.ts'
import { notLanded, type RunningFault, type Subject } from '../fault.ts'
import type { ContainerView, PodView, WorkloadSubject } from '../workload.ts'

/** What the faults on pods have in common: their target, and the pod that it has at the moment. */

/** The kubelet reports what has happened to a container about once a second, and the API server when it is asked. */
export const LOOK_MS = 200

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
