import { Type } from '#typebox'
import { floorOf } from '../clocks/floor.ts'
import { clockFor } from '../clocks/rule-clocks.ts'
import { whyNoAlert } from '../clocks/why-no-alert.ts'
import { whyNeverCounted } from '../evidence/alerts/never-counted.ts'
import { type Evidence, firedAt, silencedBy, traceAlert } from '../evidence/evidence.ts'
import { alertText } from '../evidence/expected.ts'
import type { RuleAlert } from '../evidence/observations.ts'
import { otherLabels } from '../evidence/other-labels.ts'
import { whyUnseen } from '../evidence/why-unseen.ts'
import { closed, Duration, Labels, Name } from '../fields.ts'
import type { JudgedSample } from '../journal/schema/expectation-result.ts'
import { defineExpectation } from './expectation.ts'

/** An alert of that name with those labels fires, and reaches Alertmanager. */
export const alert = defineExpectation({
  kind: 'alert',
  schema: Type.Object(
    {
      alert: Name('Name of the alert'),
      labels: Type.Optional(Labels('Labels it must have')),
      within: Duration('Bound of the firing'),
    },
    closed,
  ),
  build({ alert: name, labels = {} }) {
    const wanted = { alert: name, labels }
    return {
      text: `firing: ${alertText(wanted)}`,
      alert: wanted,
      see(evidence) {
        const silenced = silencedBy(wanted, evidence)
        if (silenced !== undefined)
          return { atMs: null, text: `it fired, ${silenced}: nobody was notified`, unjudged: true }
        const fired = firedAt(wanted, evidence)
        const { rule } = traceAlert(wanted, evidence)
        if (fired !== undefined && (fired.byAlertmanager || mayBeUnseen(rule, evidence)))
          return { atMs: fired.atMs, text: fired.source }
        const other = otherLabels(wanted, evidence)
        if (other !== undefined) return { atMs: null, text: other, unjudged: true }
        const why = rule === undefined ? whyUnseen(wanted, evidence) : undefined
        return { atMs: null, text: `${whyNotFired(rule)}${why === undefined ? '' : `: ${why}`}` }
      },
      samples(evidence) {
        const { rule, held, incidents } = traceAlert(wanted, evidence)
        const [first] = incidents
        return [
          ...sampleAt(rule?.activeAtMs, { source: 'Prometheus', value: 'pending', passes: false }),
          ...sampleAt(rule?.firedAtMs, { source: 'Prometheus', value: 'firing', passes: true }),
          ...sampleAt(held?.startsAtMs, { source: 'Alertmanager', value: `firing, ${held?.status}`, passes: true }),
          ...sampleAt(first?.startsAtMs, { source: `webhook, incident ${first?.id}`, value: 'firing', passes: true }),
        ]
      },
      floor: (clocks) => floorOf(clocks.timing, clockFor(wanted, clocks)).firing,
      whyImpossible: (context) => whyNoAlert(wanted, context) ?? whyNeverCounted(wanted, context),
    }
  },
})

/**
 * Whether an alert that Alertmanager has not shown may have reached it all the same: it ended before there was a look, or the drill itself
 * breaks Alertmanager.
 */
function mayBeUnseen(rule: RuleAlert | undefined, { injected }: Evidence): boolean {
  if (rule?.firedAtMs === undefined || rule.dropped) return false
  const isShort = rule.lastSeenAtMs - rule.firedAtMs < LOOKED_AT_WITHIN_MS
  return isShort || injected.some(({ step }) => step.target.service === 'alertmanager')
}

/** A busy machine looks at Alertmanager seldom. */
const LOOKED_AT_WITHIN_MS = 2_000

function whyNotFired(rule: RuleAlert | undefined): string {
  if (rule === undefined) return 'it was never active'
  if (rule.firedAtMs === undefined) return 'it was pending, and never fired'
  const why = rule.dropped
    ? 'alert_relabel_configs drop it on its way to Alertmanager'
    : 'it has not reached Alertmanager'
  return `it fired, but ${why}: nobody is notified`
}

function sampleAt(atMs: number | undefined, sample: Omit<JudgedSample, 'atMs'>): JudgedSample[] {
  return atMs === undefined ? [] : [{ atMs, ...sample }]
}
