import { Type } from 'typebox'
import { defineFault } from '../fault.ts'
import { hasNoPod, leavingPod, replacedBy, untilAway, workloadOf } from './pod-proof.ts'

export const drain = defineFault({
  name: 'drain',
  summary:
    'Evict a pod with its time of grace, as when its node is emptied for maintenance: users of a well-behaved service notice nothing',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['workload'],
  endsSeries: true,
  async start(subject) {
    const workload = workloadOf(subject)
    const pod = await workload.pod()
    if (pod === undefined) return hasNoPod(subject)
    await workload.checkLoss(pod)
    const leaving = await leavingPod(workload, pod)
    await workload.evict(pod)
    const injectedAtMs = Date.now()
    const landing = await untilAway(workload, leaving, (now) => {
      if (now === undefined) return `pod ${pod.name} with UID ${pod.uid} is gone`
      return now.isEnding ? `pod ${pod.name} with UID ${pod.uid} is ending` : undefined
    })
    const undo = async () => ({ changed: false, detail: await replacedBy(workload, pod) })
    return { injectedAtMs, landing, undo }
  },
})
