import { formatRatio } from '../../base/units/ratio.ts'
import { alertText, type MetricCheck, metricText, type WantedAlert } from '../evidence/expected.ts'
import type { Confirmation, Environment } from '../journal/schema/safety.ts'

/** What a foreign system demands of every run on it, by its description. */
export interface Safety {
  environment: Environment
  /** How a person has named the environment for this run; missing where nobody had to. */
  confirmed?: Confirmation | undefined
  /** Any of these ends a run: everything is lifted, and the verdict is `aborted`. Empty: nothing does. */
  abortWhen: readonly AbortCondition[]
  /** All of these must be true before anything is done. */
  onlyIf: readonly StartCondition[]
  /** The longest time that a run may do anything to the system, in milliseconds. */
  maxDurationMs?: number | undefined
  /** How many replicas, of all services together, faults may hit at the same time. */
  maxReplicas?: number | undefined
}

/** A metric with at least one value that passes, or an alert that fires, whether or not anybody is notified of it. */
export type AbortCondition = MetricCheck | { alert: WantedAlert }

/** A metric all of whose values pass, or error budgets of which this share (0–1) is left, for every objective that Prometheus knows. */
export type StartCondition = MetricCheck | { aboveRatio: number }

export function abortText(condition: AbortCondition): string {
  return 'metric' in condition ? metricText(condition) : `${alertText(condition.alert)} fires`
}

export function startText(condition: StartCondition): string {
  return 'metric' in condition ? metricText(condition) : `budget > ${formatRatio(condition.aboveRatio)}`
}
