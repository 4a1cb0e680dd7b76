import { Type } from '#typebox'
import { whyNotAReceiver } from '../clocks/why-no-receiver.ts'
import { nothingBefore } from '../evidence/alerts/alerts-before.ts'
import { isNewlySilenced, type Sending, sendingsOf } from '../evidence/alerts/sending.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { SeenHeldAlert } from '../evidence/observations.ts'
import { closed, Labels, Name } from '../fields.ts'
import { defineExpectation } from './expectation.ts'
import { heldIn, heldText, type Wanted } from './routed.ts'

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
      routed: of === undefined ? [] : [of],
      see(evidence) {
        const routed = routedTo(name, wanted, evidence)
        const sent = sentOf(routed)
        if (sent.length > 0) return { atMs: null, text: `notified of ${namesIn(sent)}`, met: false }
        // Nobody knows what would have been sent without a silence that was set in the middle of the run.
        const { alertsBefore = nothingBefore } = evidence
        const silenced = routed.filter(({ sending }) => isNewlySilenced(sending.heldBack, alertsBefore))
        if (silenced.length === 0) return { atMs: null, text: 'nothing was routed there', met: true }
        return { atMs: null, text: `silenced in the middle of the run: ${namesIn(silenced)}`, unjudged: true }
      },
      samples: (evidence) =>
        sentOf(routedTo(name, wanted, evidence)).map(({ held }) => ({
          atMs: held.updatedAtMs,
          source: `Alertmanager, ${heldText(held)}`,
          value: `to ${name}`,
          passes: false,
        })),
      whyImpossible: (context) => whyNotAReceiver(name, context),
    }
  },
})

interface Routed {
  held: SeenHeldAlert
  sending: Sending
}

/** What the routes send to that receiver, held back or not. */
function routedTo(name: string, wanted: Wanted, evidence: Evidence): Routed[] {
  return heldIn(evidence, [wanted]).flatMap((held) =>
    sendingsOf(held, evidence)
      .filter(({ receiver }) => receiver === name)
      .map((sending) => ({ held, sending })),
  )
}

function sentOf(routed: readonly Routed[]): Routed[] {
  const sent = routed.filter(({ sending }) => sending.silent === undefined)
  return sent.filter(({ held }, index) => sent.findIndex((one) => one.held === held) === index)
}

function namesIn(routed: readonly Routed[]): string {
  return [...new Set(routed.map(({ held }) => heldText(held)))].join(', ')
}
