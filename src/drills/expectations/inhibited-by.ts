import { Type } from 'typebox'
import { whyNotInhibited } from '../clocks/why-no-receiver.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { alertText, type WantedAlert } from '../evidence/expected.ts'
import { closed, Duration, Labels, Name } from '../fields.ts'
import { defineExpectation, type Observed } from './expectation.ts'
import { heldIn, heldText, namesOf, sendingsOf } from './routed.ts'

/** Alertmanager holds an alert back since another one fires: nobody is notified of it. */
export const inhibitedBy = defineExpectation({
  kind: 'inhibitedBy',
  schema: Type.Object(
    {
      inhibitedBy: Name('Name of the alert that holds it back'),
      of: Name('Name of the alert that is held back'),
      labels: Type.Optional(Labels('Labels that the alert that is held back must have')),
      within: Duration('Bound of the moment from which it is held back'),
    },
    closed,
  ),
  build({ inhibitedBy: by, of, labels = {} }) {
    const wanted = { alert: of, labels }
    return {
      text: `held back: ${alertText(wanted)} by ${by}`,
      see: (evidence) => seeInhibited(by, wanted, evidence),
      samples: (evidence) =>
        heldIn(evidence, [wanted]).map((held) => ({
          atMs: held.inhibited?.atMs ?? held.updatedAtMs,
          source: `Alertmanager, ${heldText(held)}`,
          value: held.inhibited === undefined ? held.status : `held back by ${namesOf(held.inhibited.by).join(', ')}`,
          passes: held.inhibited !== undefined && namesOf(held.inhibited.by).includes(by),
        })),
      whyImpossible: (context) => whyNotInhibited(wanted, by, context),
    }
  },
})

function seeInhibited(by: string, wanted: WantedAlert, evidence: Evidence): Observed {
  const held = heldIn(evidence, [wanted])
  const isBy = ({ inhibited }: (typeof held)[number]) => inhibited !== undefined && namesOf(inhibited.by).includes(by)
  const [first] = held.filter(isBy)
  if (first?.inhibited !== undefined) {
    // Until its group wait is over, an alert that nothing holds back yet has notified nobody.
    const dueMs = Math.min(...sendingsOf(first, evidence).map(({ dueAtMs }) => dueAtMs))
    if (first.status === 'active' && first.inhibited.atMs > dueMs) {
      return { atMs: null, text: 'held back only after its first notification was due' }
    }
    return { atMs: first.inhibited.atMs, text: 'the first look at Alertmanager that finds it held back' }
  }
  const [other] = held
  if (other === undefined) return { atMs: null, text: `${alertText(wanted)} has not reached Alertmanager` }
  if (other.inhibited !== undefined)
    return { atMs: null, text: `held back by ${namesOf(other.inhibited.by).join(', ')}` }
  return {
    atMs: null,
    text: other.status === 'suppressed' ? 'silenced or muted, and not inhibited' : 'nothing held it back',
  }
}
