import { Type } from '#typebox'
import { askedMs, type Evidence } from '../../src/drills/evidence/evidence.ts'
import { defineExpectation } from '../../src/drills/expectations/expectation.ts'
import { closed } from '../../src/drills/fields.ts'

/** The responder repairs at most that often: one that restarts again and again hides a failure. */
export const actionsAtMost = defineExpectation({
  kind: 'actionsAtMost',
  schema: Type.Object(
    { actionsAtMost: Type.Integer({ minimum: 0, description: 'Repairs of the responder in the whole run' }) },
    closed,
  ),
  build({ actionsAtMost: most }) {
    return {
      text: `at most ${most} actions`,
      see(evidence) {
        const { length } = repairs(evidence)
        return { atMs: null, text: `${length} actions`, met: length <= most }
      },
      samples: (evidence) =>
        repairs(evidence).map(({ id, action, target, actingAtMs }, index) => ({
          atMs: actingAtMs,
          source: `incident ${id}`,
          value: `${action} ${target}`,
          passes: index < most,
        })),
    }
  },
})

/** Everything that the responder did in this run, except to notify people. */
function repairs(evidence: Evidence) {
  return evidence.observations.incidents
    .filter(({ receivedAtMs }) => receivedAtMs >= askedMs(evidence))
    .flatMap(({ id, actions }) => actions.map((action) => ({ id, ...action })))
    .filter(({ notifies }) => notifies !== true)
}
