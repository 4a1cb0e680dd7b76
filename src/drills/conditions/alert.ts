import { Type } from '#typebox'
import { whyNoAlert } from '../clocks/why-no-alert.ts'
import { firedAt } from '../evidence/evidence.ts'
import { alertText } from '../evidence/expected.ts'
import { closed, Duration, Labels, Name } from '../fields.ts'
import { defineCondition, lookAtEvidence } from './condition.ts'

/** An alert of that name with those labels fires. */
export const alert = defineCondition({
  kind: 'alert',
  schema: Type.Object(
    {
      alert: Name('Name of the alert'),
      labels: Type.Optional(Labels('Labels it must have')),
      within: Duration('Longest wait'),
    },
    closed,
  ),
  build({ alert: name, labels = {} }) {
    const wanted = { alert: name, labels }
    return {
      text: `${alertText(wanted)} fires`,
      look: lookAtEvidence((evidence) => {
        const fired = firedAt(wanted, evidence)
        return { met: fired !== undefined, seen: fired === undefined ? 'it did not fire' : fired.source }
      }),
      whyImpossible: (context) => whyNoAlert(wanted, context),
    }
  },
})
