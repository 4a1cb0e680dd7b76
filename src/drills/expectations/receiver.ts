import { Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { floorOf } from '../clocks/floor.ts'
import { groupWaitOf } from '../clocks/route-wait.ts'
import { clockFor } from '../clocks/rule-clocks.ts'
import { whyNoReceiver } from '../clocks/why-no-receiver.ts'
import { whyNeverCounted } from '../evidence/alerts/never-counted.ts'
import { isSilenced, sendingsOf } from '../evidence/alerts/sending.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { closed, Duration, Labels, Name } from '../fields.ts'
import { defineExpectation, type Observed } from './expectation.ts'
import { heldIn, heldText, type Wanted } from './routed.ts'

/** Alertmanager's routes send an alert to that receiver, nothing holds it back, and its first notification is due. */
export const receiver = defineExpectation({
  kind: 'receiver',
  schema: Type.Object(
    {
      receiver: Name("Name of a receiver in Alertmanager's configuration"),
      of: Type.Optional(Name('Name of the alert. Default: those that the drill expects')),
      labels: Type.Optional(Labels('Labels it must have')),
      within: Duration(
        'Bound of the moment at which its first notification is due: the group wait of its route is over',
      ),
    },
    closed,
  ),
  build({ receiver: name, of, labels = {} }) {
    const named = of === undefined ? undefined : { alert: of, labels }
    const wantedOf = ({ drill }: Evidence): Wanted[] =>
      named === undefined ? drill.expectations.flatMap(({ alert }) => withLabels(alert, labels)) : [named]
    return {
      text: `${name} is notified${of === undefined ? '' : ` of ${of}`}`,
      routed: of === undefined ? [] : [of],
      see: (evidence) => seeNotified(name, wantedOf(evidence), evidence),
      samples: (evidence) =>
        heldIn(evidence, wantedOf(evidence)).flatMap((held) =>
          sendingsOf(held, evidence).map(({ receiver: to, silent, dueAtMs }) => ({
            atMs: dueAtMs,
            source: `Alertmanager, ${heldText(held)}`,
            value: silent === undefined ? `to ${to}` : `to ${to}: ${silent}`,
            passes: to === name && silent === undefined,
          })),
        ),
      floor(clocks) {
        if (named === undefined) return clocks.floor.received
        const groupWait = groupWaitOf(named, clocks, name)
        return floorOf(clocks.timing, { ...clockFor(named, clocks), ...defined({ groupWait }) }).received
      },
      whyImpossible: (context) => whyNoReceiver(name, named, context) ?? (named && whyNeverCounted(named, context)),
    }
  },
})

function withLabels(alert: Wanted | undefined, labels: Wanted['labels']): Wanted[] {
  return alert === undefined ? [] : [{ ...alert, labels: { ...alert.labels, ...labels } }]
}

function seeNotified(name: string, wanted: readonly Wanted[], evidence: Evidence): Observed {
  const held = heldIn(evidence, wanted)
  if (held.length === 0) return { atMs: null, text: 'no such alert has reached Alertmanager' }
  const sendings = held.flatMap((one) => sendingsOf(one, evidence))
  const there = sendings.filter((one) => one.receiver === name).sort((a, b) => a.dueAtMs - b.dueAtMs)
  const sent = there.find(({ silent }) => silent === undefined)
  if (sent === undefined) {
    const [first] = there
    if (first?.silent !== undefined) {
      const text = `it is routed there, but ${first.silent}`
      return isSilenced(first.heldBack) ? { atMs: null, text, unjudged: true } : { atMs: null, text }
    }
    const others = [...new Set(sendings.map(({ receiver: to }) => to))]
    return { atMs: null, text: `Alertmanager routes it to ${others.join(', ') || 'nobody'}` }
  }
  const wait = sent.isLate
    ? 'it was held back when the first notification was due'
    : `the group wait of its route is ${formatDuration(sent.groupWaitMs)}`
  if (sent.dueAtMs > evidence.nowMs) return { atMs: null, text: `it is routed there, but not due yet: ${wait}` }
  return { atMs: sent.dueAtMs, text: `routed there; ${wait}` }
}
