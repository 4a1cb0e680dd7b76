import { Type } from '#typebox'
import { defineFault } from '../fault.ts'
import { takeAway } from './take-away.ts'

export const drain = defineFault({
  name: 'drain',
  summary:
    'Evict a pod with its time of grace, as when its node is emptied for maintenance: users of a well-behaved service notice nothing',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['workload'],
  endsSeries: true,
  start: (subject) =>
    takeAway(subject, {
      act: (workload, pod) => workload.evict(pod),
      isAway: (now) => (now === undefined ? 'is gone' : now.isEnding ? 'is ending' : undefined),
    }),
})
