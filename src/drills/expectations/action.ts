import { Type } from '#typebox'
import { askedMs } from '../evidence/evidence.ts'
import { closed, Duration, Name, ServiceOrReplica } from '../fields.ts'
import { defineExpectation } from './expectation.ts'
import { NO_RESPONDER, seeAction } from './see-action.ts'

/** The responder has done that, successfully, or has left it to a person (`escalate`). */
export const action = defineExpectation({
  kind: 'action',
  schema: Type.Object(
    {
      action: Name('What is done: an action of the policy, or escalate (left to a person)'),
      by: Type.Optional(Type.Literal('responder', { description: 'Who does it. Default responder' })),
      target: ServiceOrReplica,
      within: Duration('Bound of the end of the action'),
    },
    closed,
  ),
  refusedForeign: NO_RESPONDER,
  build({ action: name, by = 'responder', target }) {
    return {
      text: `acted: ${name} ${target} by ${by}`,
      actsOn: target,
      see: (evidence) => seeAction({ action: name, target }, evidence),
      samples: (evidence) =>
        evidence.observations.incidents
          .filter(({ receivedAtMs }) => receivedAtMs >= askedMs(evidence))
          .flatMap(({ id, actions }) =>
            actions.map((done) => ({
              atMs: done.actedAtMs ?? done.actingAtMs,
              source: `incident ${id}`,
              value: `${done.action} ${done.target}, ${done.ok === undefined ? 'begun' : done.ok ? 'done' : 'failed'}`,
              passes:
                done.ok === true &&
                done.action === name &&
                (done.target === target || done.target.startsWith(`${target}-`)),
            })),
          ),
      floor: ({ floor }) => floor.received,
    }
  },
})
