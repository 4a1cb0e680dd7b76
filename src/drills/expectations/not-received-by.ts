import { Type } from 'typebox'
import { whyNotAReceiver } from '../clocks/why-no-receiver.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { closed, Labels, Name } from '../fields.ts'
import { defineExpectation } from './expectation.ts'
import { heldIn, heldText, sendingsOf, type Wanted } from './routed.ts'

/** In the whole run, Alertmanager sends no alert to that receiver, or none of that name. */
export const notReceivedBy = defineExpectation({
  kind: 'notReceivedBy',
  schema: Type.Object(
    {
      notReceivedBy: Name("Name of a receiver in Alertmanager's configuration"),
      of: Type.Optional(Name('Name of the alert. Default: every alert of the run')),
      labels: Type.Optional(Labels('Labels it has')),
    },
    closed,
  ),
  build({ notReceivedBy: name, of, labels = {} }) {
    const wanted = { alert: of, labels }
    return {
      text: `${name} is not notified${of === undefined ? '' : ` of ${of}`}`,
      see(evidence) {
        const sent = sentTo(name, wanted, evidence)
        const text = sent.length === 0 ? 'nothing was routed there' : `notified of ${sent.map(heldText).join(', ')}`
        return { atMs: null, text, met: sent.length === 0 }
      },
      samples: (evidence) =>
        sentTo(name, wanted, evidence).map((held) => ({
          atMs: held.updatedAtMs,
          source: `Alertmanager, ${heldText(held)}`,
          value: `to ${name}`,
          passes: false,
        })),
      whyImpossible: (context) => whyNotAReceiver(name, context),
    }
  },
})

function sentTo(name: string, wanted: Wanted, evidence: Evidence) {
  return heldIn(evidence, [wanted]).filter((held) =>
    sendingsOf(held, evidence).some(({ receiver, silent }) => receiver === name && silent === undefined),
  )
}
