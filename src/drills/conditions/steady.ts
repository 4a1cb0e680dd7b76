import { Type } from '#typebox'
import { goodAgain } from '../evidence/evidence.ts'
import { closed, Duration } from '../fields.ts'
import { defineCondition, lookAtEvidence } from './condition.ts'

/** The steady state is back, or, before any fault, was never left. */
export const steady = defineCondition({
  kind: 'steady',
  schema: Type.Object({ steady: Type.Literal(true), within: Duration('Longest wait') }, closed),
  build: () => ({
    text: 'steady',
    look: lookAtEvidence((evidence) => {
      const again = goodAgain(evidence)
      const met = again.kind === 'again' || (again.kind === 'never left' && evidence.injected.length === 0)
      return { met, seen: again.kind === 'not yet' ? again.why : `the steady state was ${again.kind}` }
    }),
  }),
})
