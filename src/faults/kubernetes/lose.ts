import { Type } from 'typebox'
import { defineFault } from '../fault.ts'
import { hasNoPod, leavingPod, replacedBy, untilAway, workloadOf } from './pod-proof.ts'

export const lose = defineFault({
  name: 'lose',
  summary:
    'Delete a pod without grace, as when its node is lost: another one with another name comes, and the series of this one end instead of going to 0',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['workload'],
  endsSeries: true,
  async start(subject) {
    const workload = workloadOf(subject)
    const pod = await workload.pod()
    if (pod === undefined) return hasNoPod(subject)
    await workload.checkLoss(pod)
    const leaving = await leavingPod(workload, pod)
    await workload.lose(pod)
    const injectedAtMs = Date.now()
    const landing = await untilAway(workload, leaving, (now) =>
      now === undefined ? `pod ${pod.name} with UID ${pod.uid} is gone` : undefined,
    )
    const undo = async () => ({ changed: false, detail: await replacedBy(workload, pod) })
    return { injectedAtMs, landing, undo }
  },
})
