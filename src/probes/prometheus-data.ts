import type { DurationRange } from '../base/units/duration-range.ts'
import type { AlertLabels } from './alert-labels/alert-labels.ts'

/** What Prometheus is asked for, and its labels. */

/**
 * Whether the text is one selector (`up{service="store"}`), whose samples can be read raw, rather than an expression,
 * which has a value only at the moment it is evaluated.
 */
export function isSelector(expression: string): boolean {
  return /^[a-zA-Z_:][\w:]*\s*(?:\{(?:[^"'{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\})?$/.test(expression.trim())
}

/** Labels as a person reads them: `{a="1", b="2"}`. */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return `{${pairs.join(', ')}}`
}

/** Whether `labels` has every label that is wanted, with that value. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}

export type Labels = Record<string, string>

/** One value of one series. `atMs` is epoch milliseconds: the sample's own timestamp, or the evaluation's. */
export interface Sample {
  atMs: number
  value: number
}

export interface Series {
  labels: Labels
  samples: Sample[]
}

/** An alert as the rule evaluation sees it. `activeAtMs` is when its expression first held. */
export interface ActiveAlert {
  /** As Alertmanager has them, where it is known how they change on their way. */
  labels: Labels
  state: 'pending' | 'firing'
  activeAtMs: number
  /** Prometheus sends it to no Alertmanager: `alert_relabel_configs` drops it. */
  dropped?: true
}

/** The samples of one alert, in one of its states. */
export type AlertSeries = Series & Pick<ActiveAlert, 'dropped'>

/** One alerting rule and its clock, in milliseconds. */
export interface AlertRule {
  alert: string
  expr: string
  forMs: number
  evaluationMs: number
  labels: Labels
  /** What becomes of the labels of its alerts on their way to Alertmanager, where that is known: `labelsAsSent`. */
  sent?: AlertLabels
  /** By its annotation `shows_after`: how long a failure lasts before the next scrape can make its expression hold. */
  shows?: DurationRange
}

export interface RecordingRule {
  record: string
  labels: Labels
}

export interface ScrapeTarget {
  labels: Labels
  /** False until its first scrape. */
  up: boolean
  lastError: string
  /** Time between two scrapes, in milliseconds; 0 where that is not known. */
  everyMs: number
}
