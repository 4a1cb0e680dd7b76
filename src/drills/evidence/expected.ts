import { type Comparison, formatComparison, parseComparison } from '../../probes/comparison.ts'
import { type AlertRule, formatLabels, hasLabels, type Labels } from '../../probes/prometheus-data.ts'

/** What the rest of a run needs to know of an expectation before it is judged. */
export interface Expected {
  /** The key that the entry has in a drill file; a journal keeps it. */
  readonly kind: string
  /** In a few words, without its bound: `firing: ServiceDown{service="store"}`. */
  readonly text: string
  /** Its bound since the first injection, in milliseconds; null for what is judged over the whole run. */
  readonly withinMs: number | null
  /** The alert that must fire. */
  readonly alert?: WantedAlert
  /** Metrics that the run watches for the first sample that passes. */
  readonly watches?: readonly MetricCheck[]
  /** The service or replica that the responder must act on. */
  readonly actsOn?: string
  /** Names of the alerts of which it is judged where Alertmanager sends them; empty: of any. */
  readonly routed?: readonly string[]
  /** Names of alerts that may page although the drill does not expect them. */
  readonly mayPage?: readonly string[]
  /** It can only be judged when the run is over: the watch does not wait for it. */
  readonly judgedAtEnd?: true
  /** The verdict names what it found one by one, so a miss is no reason of its own. */
  readonly namedInVerdict?: true
}

/** An alert of that name with at least those labels. */
export type WantedAlert = Pick<AlertRule, 'alert' | 'labels'>

/** `ServiceDown{service="store"}` */
export function alertText({ alert, labels }: WantedAlert): string {
  return `${alert}${Object.keys(labels).length === 0 ? '' : formatLabels(labels)}`
}

/** Whether the drill expects this alert to fire. */
export function isExpected(
  { alertname, labels }: { alertname: string | undefined; labels: Labels },
  { expectations }: { readonly expectations: readonly Expected[] },
): boolean {
  return expectations.some(
    ({ alert }) => alert !== undefined && alert.alert === alertname && hasLabels(labels, alert.labels),
  )
}

/** An expression of PromQL, and what its values must be. */
export interface MetricCheck {
  metric: string
  is: Comparison
}

/** Reads a check from a file. The schema has accepted the text of the comparison. */
export function readMetricCheck({ metric, is }: { metric: string; is: string }): MetricCheck {
  return { metric, is: parseComparison(is) ?? { operator: '==', value: 0 } }
}

/** `up{service="store"} == 0` */
export function metricText({ metric, is }: MetricCheck): string {
  return `${metric} ${formatComparison(is)}`
}
