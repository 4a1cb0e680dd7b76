/** A service level objective: one promise about one service. */
export interface Objective {
  service: string
  /** Unique within its service. */
  name: string
  description: string
  /** The share of events that must be good, in percent: above 0, up to 100. */
  targetPercent: number
  /** Over how long the promise is judged, in milliseconds of production time: 30 or 28 days. */
  periodMs: number
  indicator: Indicator
  counting: Counting
  /**
   * The objective of the same service with the same promise, measured inside of it; this one is measured where its users are. The
   * difference is what the service itself cannot see.
   */
  outsideOf?: string
  /** On every recording rule. */
  labels: Readonly<Record<string, string>>
  /** Absent when the alert is switched off. */
  page?: AlertMeta
  ticket?: AlertMeta
  /** The form it was written in. */
  spec: 'prometheus/v1' | 'openslo/v1'
}

/** Identifies an objective: the value of the label `sloth_id`. */
export function objectiveId({ service, name }: Pick<Objective, 'service' | 'name'>): string {
  return `${service}-${name}`
}

/** What counts as an error, as queries that hold `{{.window}}` where a range goes. */
export type Indicator =
  | { kind: 'events'; errorQuery: string; totalQuery: string }
  /** A query that is the error ratio (0–1) itself. */
  | { kind: 'ratio'; errorRatioQuery: string }

/**
 * How the error ratio over a window is made. `averaged`: as Sloth does it, the mean of the 5m ratios over the period, in which
 * a quiet minute weighs as much as a busy one. `counted`: failed events divided by all events, each of the same weight.
 */
export type Counting = 'averaged' | 'counted'

/** Labels and annotations of one of an objective's two burn-rate alerts. */
export interface AlertMeta {
  name: string
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
}
