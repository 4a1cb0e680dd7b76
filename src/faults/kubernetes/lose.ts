import { Type } from '#typebox'
import { defineFault } from '../fault.ts'
import { takeAway } from './take-away.ts'

export const lose = defineFault({
  name: 'lose',
  summary:
    'Delete a pod without grace, as when its node is lost: another one with another name comes, and the series of this one end instead of going to 0',
  params: Type.Object({}, { additionalProperties: false }),
  needs: ['workload'],
  endsSeries: true,
  start: (subject) =>
    takeAway(subject, {
      act: (workload, pod) => workload.lose(pod),
      isAway: (now) => (now === undefined ? 'is gone' : undefined),
    }),
})
