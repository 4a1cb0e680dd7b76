import { formatLabels } from '../../probes/prometheus.ts'
import type { Expectation } from '../file/drill.ts'
import type { JudgedSample } from '../journal/schema/expectation-result.ts'
import type { WatchedMetric } from '../watch/observations.ts'
import { askedMs, earliestMs, type Facts, goodAgain, traceAlert } from './facts.ts'
import { formatAlert, otherAlerts } from './other-alerts.ts'

/** What an expectation was judged by, in order of time, as far as it is known. */
export function samplesOf(expectation: Expectation, facts: Facts, watched: WatchedMetric | undefined): JudgedSample[] {
  const samples = collect(expectation, facts, watched)
  return samples.sort((a, b) => (a.atMs ?? Number.POSITIVE_INFINITY) - (b.atMs ?? Number.POSITIVE_INFINITY))
}

function collect(expectation: Expectation, facts: Facts, watched: WatchedMetric | undefined): JudgedSample[] {
  switch (expectation.kind) {
    case 'metric':
      return watched === undefined ? [] : ofMetric(watched, facts)
    case 'alert':
      return ofAlert(expectation, facts)
    case 'action':
      return ofAction(expectation, facts)
    case 'steady':
      return ofSteady(facts)
    case 'budget':
      return ofBudget(expectation, facts)
    case 'noOtherAlert':
      return otherAlerts(facts).unexpected.map((alert) => ({
        atMs: alert.firedAtMs,
        source: formatAlert(alert),
        value: 'firing',
        passes: false,
      }))
  }
}

/** Every change up to the one that counted. */
function ofMetric({ metric, changes, passes, hit }: WatchedMetric, facts: Facts): JudgedSample[] {
  const untilMs = hit?.atMs ?? Number.POSITIVE_INFINITY
  return changes
    .filter(({ atMs }) => atMs <= untilMs)
    .map(({ atMs, value, labels }) => ({
      atMs,
      source: `${metric.replace(/\{.*\}$/s, '')}${formatLabels(labels)}`,
      // JSON has no NaN and no infinities.
      value: Number.isFinite(value) ? value : String(value),
      passes: passes(value) && atMs >= earliestMs(facts),
    }))
}

function ofAlert(expectation: Expectation & { kind: 'alert' }, facts: Facts): JudgedSample[] {
  const { rule, held, incidents } = traceAlert(expectation, facts)
  const [first] = incidents
  const sample = (atMs: number | undefined, source: string, value: string, passes: boolean): JudgedSample[] =>
    atMs === undefined ? [] : [{ atMs, source, value, passes }]
  return [
    ...sample(rule?.activeAtMs, 'Prometheus', 'pending', false),
    ...sample(rule?.firedAtMs, 'Prometheus', 'firing', true),
    ...sample(held?.startsAtMs, 'Alertmanager', `firing, ${held?.status}`, true),
    ...sample(first?.startsAtMs, `webhook, incident ${first?.id}`, 'firing', true),
  ]
}

function ofAction({ action, target }: Expectation & { kind: 'action' }, facts: Facts): JudgedSample[] {
  return facts.observations.incidents
    .filter(({ receivedAtMs }) => receivedAtMs >= askedMs(facts))
    .flatMap(({ id, actions }) =>
      actions.map((one) => ({
        atMs: one.actedAtMs ?? one.actingAtMs,
        source: `incident ${id}`,
        value: `${one.action} ${one.target}, ${one.ok === undefined ? 'begun' : one.ok ? 'done' : 'failed'}`,
        passes:
          one.ok === true && one.action === action && (one.target === target || one.target.startsWith(`${target}-`)),
      })),
    )
}

function ofSteady(facts: Facts): JudgedSample[] {
  const { firstBad } = facts.observations.steady
  const again = goodAgain(facts)
  const bad =
    firstBad === undefined
      ? []
      : [
          {
            atMs: firstBad.atMs,
            source: firstBad.detail.split(': ')[0] ?? 'a probe',
            value: firstBad.detail,
            passes: false,
          },
        ]
  if (again.kind === 'again') return [...bad, { atMs: again.atMs, source: 'every probe', value: 'good', passes: true }]
  return [
    ...bad,
    ...facts.observations.steady.notGood().map((value) => ({ atMs: null, source: 'a probe', value, passes: false })),
  ]
}

function ofBudget({ objective, atMostRatio }: Expectation & { kind: 'budget' }, { budgets }: Facts): JudgedSample[] {
  const found = budgets?.find((one) => one.objective === objective)
  const sample = (source: string, count: { toMs: number; burntRatio: number } | null | undefined): JudgedSample[] =>
    count === null || count === undefined
      ? []
      : [{ atMs: count.toMs, source, value: count.burntRatio, passes: count.burntRatio <= atMostRatio }]
  return [...sample('burnt, by events', found?.byEvents), ...sample('burnt, by the rules', found?.byRules)]
}
