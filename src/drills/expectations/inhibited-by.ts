import { Type } from '#typebox'
import { whyNotInhibited } from '../clocks/why-no-receiver.ts'
import { whyNeverCounted } from '../evidence/alerts/never-counted.ts'
import { sendingsOf } from '../evidence/alerts/sending.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { alertText, type WantedAlert } from '../evidence/expected.ts'
import type { SeenHeldAlert } from '../evidence/observations.ts'
import { closed, Duration, Labels, Name } from '../fields.ts'
import { defineExpectation, type Observed } from './expectation.ts'
import { heldIn, heldText, namesOf } from './routed.ts'

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
      routed: [of, by],
      see: (evidence) => seeInhibited(by, wanted, evidence),
      samples: (evidence) =>
        heldIn(evidence, [wanted]).map((held) => {
          const sinceMs = inhibitedMs(held, by)
          const others = inhibitorsOf(held).join(', ')
          return {
            atMs: sinceMs ?? held.updatedAtMs,
            source: `Alertmanager, ${heldText(held)}`,
            value: others === '' ? held.status : `held back by ${others}`,
            passes: sinceMs !== undefined,
          }
        }),
      whyImpossible: (context) => whyNotInhibited(wanted, by, context) ?? whyNeverCounted(wanted, context),
    }
  },
})

function seeInhibited(by: string, wanted: WantedAlert, evidence: Evidence): Observed {
  const held = heldIn(evidence, [wanted])
  const [first] = held.flatMap((one) => {
    const sinceMs = inhibitedMs(one, by)
    return sinceMs === undefined ? [] : [{ one, sinceMs }]
  })
  if (first !== undefined) return seeUnsent(first.one, first.sinceMs, evidence)
  const [other] = held
  if (other === undefined) return { atMs: null, text: `${alertText(wanted)} has not reached Alertmanager` }
  const others = inhibitorsOf(other)
  if (others.length > 0) return { atMs: null, text: `held back by ${others.join(', ')}` }
  const isSuppressed = other.states.some(({ heldBack }) => heldBack !== undefined)
  return { atMs: null, text: isSuppressed ? 'silenced or muted, and not inhibited' : 'nothing held it back' }
}

/** Of an alert that was held back: whether it was so when a notification was due. */
function seeUnsent(held: SeenHeldAlert, sinceMs: number, evidence: Evidence): Observed {
  const due = sendingsOf(held, evidence).flatMap(({ silent, dueAtMs }) => (silent === undefined ? [dueAtMs] : []))
  const dueMs = Math.min(...due)
  if (dueMs < sinceMs) return { atMs: null, text: 'held back only after its first notification was due' }
  if (due.length > 0)
    return { atMs: null, text: 'held back only for a while: nothing holds it back when a notification is due' }
  return { atMs: sinceMs, text: 'the first look at Alertmanager that finds it held back' }
}

/** The first look that finds it held back by that alert, in epoch milliseconds. */
function inhibitedMs({ states }: SeenHeldAlert, by: string): number | undefined {
  return states.find(({ heldBack }) => namesOf(heldBack?.inhibitedBy ?? []).includes(by))?.fromMs
}

/** Names of all that has held it back. */
function inhibitorsOf({ states }: SeenHeldAlert): string[] {
  return namesOf(states.flatMap(({ heldBack }) => heldBack?.inhibitedBy ?? []))
}
