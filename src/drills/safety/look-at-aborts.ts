import { defined } from '../../base/defined.ts'
import { formatComparison, holds } from '../../probes/comparison.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import { type ActiveAlert, type AlertRule, hasLabels, type Prometheus } from '../../probes/prometheus.ts'
import { whyNoAlert } from '../clocks/why-no-alert.ts'
import type { MetricCheck, WantedAlert } from '../evidence/expected.ts'
import { type AbortCondition, abortText } from './safety.ts'

/**
 * One look at each condition, in their order. `error`: it could not be read. Rejects never: what cannot be read is for the caller to
 * judge.
 */
export async function lookAtAborts(
  conditions: readonly AbortCondition[],
  prometheus: AbortSources,
  options: ProbeOptions,
): Promise<AbortLook[]> {
  // One request each, however many alerts are named.
  let asked: AskedAlerts | undefined
  return Promise.all(
    conditions.map(async (condition) => {
      const text = abortText(condition)
      try {
        if ('metric' in condition) {
          return { text, ...judgeValues(condition, await prometheus.query(condition.metric, options)) }
        }
        asked ??= askForAlerts(prometheus, options)
        return { text, ...(await judgeAlerts(condition, asked)) }
      } catch (error) {
        return { text, met: false, seen: '', error }
      }
    }),
  )
}

export type AbortSources = Pick<Prometheus, 'query' | 'alerts' | 'alertRules'>

export interface AbortLook {
  text: string
  /** Whether the run must end. */
  met: boolean
  /** What was seen, for people. */
  seen: string
  /** Why the condition can see nothing now, and could end no run; missing when it can. */
  blind?: string
  error?: unknown
}

type Judged = Pick<AbortLook, 'met' | 'seen' | 'blind'>

function judgeValues({ metric, is }: MetricCheck, samples: readonly { value: number }[]): Judged {
  const bad = samples.find(({ value }) => holds(is, value))
  if (bad !== undefined) return { met: true, seen: `${metric} is ${bad.value}` }
  if (samples.length === 0) return { met: false, seen: `${metric} has no value`, blind: NO_VALUE }
  const seen = `${samples.map(({ value }) => value).join(', ')}, not ${formatComparison(is)}`
  return samples.every(({ value }) => Number.isNaN(value))
    ? { met: false, seen, blind: ONLY_NAN }
    : { met: false, seen }
}

/** What is wrong with a condition that has no value, and what helps. */
const NO_VALUE =
  'it has no value, and could never end a run; an expression that has a value only while something fails needs "or vector(0)" at its end'
const ONLY_NAN =
  'it is NaN, and could never end a run; a quotient without traffic is 0/0, which a / (b > 0) or vector(0) makes a 0'

interface AskedAlerts {
  alerts: Promise<ActiveAlert[]>
  rules: Promise<AlertRule[]>
}

function askForAlerts(prometheus: AbortSources, options: ProbeOptions): AskedAlerts {
  const rules = prometheus.alertRules({ ...options, timeoutMs: RULES_TIMEOUT_MS })
  // Without alerts nobody waits for the rules.
  rules.catch(() => undefined)
  return { alerts: prometheus.alerts(options), rules }
}

/** There may be thousands of them. Milliseconds. */
const RULES_TIMEOUT_MS = 5_000

/** An alert that fires ends a run, also when its rule is not known. */
async function judgeAlerts({ alert }: { alert: WantedAlert }, { alerts, rules }: AskedAlerts): Promise<Judged> {
  const firing = (await alerts).some(
    ({ labels, state }) => state === 'firing' && labels.alertname === alert.alert && hasLabels(labels, alert.labels),
  )
  if (firing) return { met: true, seen: 'it is firing' }
  const blind = whyNoAlert(alert, { alertRules: await rules })
  return { met: false, seen: 'it does not fire', ...defined({ blind }) }
}
