import { Type } from '#typebox'
import { NO_RESPONDER, seeAction } from '../expectations/see-action.ts'
import { closed, Duration, Name, ServiceOrReplica } from '../fields.ts'
import { defineCondition, lookAtEvidence } from './condition.ts'

/** The responder has done that, successfully. */
export const action = defineCondition({
  kind: 'action',
  schema: Type.Object(
    { action: Name('What the responder has done'), target: ServiceOrReplica, within: Duration('Longest wait') },
    closed,
  ),
  refusedForeign: NO_RESPONDER,
  build: ({ action: name, target }) => ({
    text: `${name} ${target} is done`,
    look: lookAtEvidence((evidence) => {
      const { atMs, text } = seeAction({ action: name, target }, evidence)
      return { met: atMs !== null, seen: text }
    }),
  }),
})
