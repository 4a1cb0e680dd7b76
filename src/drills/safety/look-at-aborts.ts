import { formatComparison, holds } from '../../probes/comparison.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import { type ActiveAlert, hasLabels, type Prometheus } from '../../probes/prometheus.ts'
import type { MetricCheck, WantedAlert } from '../evidence/expected.ts'
import { type AbortCondition, abortText } from './safety.ts'

/**
 * One look at each condition, in their order. `error`: it could not be read. Rejects never: what cannot be read is for the caller to
 * judge.
 */
export async function lookAtAborts(
  conditions: readonly AbortCondition[],
  prometheus: Pick<Prometheus, 'query' | 'alerts'>,
  options: ProbeOptions,
): Promise<AbortLook[]> {
  // One request, however many alerts are named.
  let alerts: Promise<ActiveAlert[]> | undefined
  return Promise.all(
    conditions.map(async (condition) => {
      const text = abortText(condition)
      try {
        if ('metric' in condition) {
          return { text, ...judgeValues(condition, await prometheus.query(condition.metric, options)) }
        }
        alerts ??= prometheus.alerts(options)
        return { text, ...judgeAlerts(condition, await alerts) }
      } catch (error) {
        return { text, met: false, seen: '', error }
      }
    }),
  )
}

/** What to say of a condition that has no value, and what helps. */
export const SEES_NOTHING =
  'it could never end a run; an expression that has a value only while something fails needs "or vector(0)" at its end'

export interface AbortLook {
  text: string
  /** Whether the run must end. */
  met: boolean
  /** What was seen, for people. */
  seen: string
  /** The expression has no value at all: the condition can see nothing. */
  empty?: true
  error?: unknown
}

type Judged = Pick<AbortLook, 'met' | 'seen' | 'empty'>

function judgeValues({ metric, is }: MetricCheck, samples: readonly { value: number }[]): Judged {
  const bad = samples.find(({ value }) => holds(is, value))
  if (bad !== undefined) return { met: true, seen: `${metric} is ${bad.value}` }
  if (samples.length === 0) return { met: false, seen: `${metric} has no value`, empty: true }
  return { met: false, seen: `${samples.map(({ value }) => value).join(', ')}, not ${formatComparison(is)}` }
}

function judgeAlerts({ alert }: { alert: WantedAlert }, alerts: readonly ActiveAlert[]): Judged {
  const firing = alerts.some(
    ({ labels, state }) => state === 'firing' && labels.alertname === alert.alert && hasLabels(labels, alert.labels),
  )
  return firing ? { met: true, seen: 'it is firing' } : { met: false, seen: 'it does not fire' }
}
