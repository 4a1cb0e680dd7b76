import { messageOf } from '../../base/errors.ts'
import { landed, notLanded, type RunningFault, type Subject } from '../fault.ts'
import { takePod } from './take-away.ts'

/** Restarts a replica that is a pod: Kubernetes replaces it. @throws FD_FAULT_REFUSED where the loss of the pod is refused */
export function restartPod(subject: Subject): Promise<RunningFault> {
  return takePod(subject, async (workload, pod) => {
    const injectedAtMs = Date.now()
    const landing = await subject.restart().then(
      async () => {
        const now = await workload.again(pod)
        if (now !== undefined && !now.isEnding) return notLanded(`pod ${pod.name} is still there`)
        return landed(`pod ${pod.name} with UID ${pod.uid} ${now === undefined ? 'is gone' : 'is ending'}`)
      },
      (error: unknown) => notLanded(messageOf(error)),
    )
    return { injectedAtMs, landing }
  })
}
