/** Why an alert, or the rule that it is made of, can never do what it is there for. */
export type FindingKind =
  | 'syntax'
  | 'unknown series'
  | 'unknown label'
  | 'no such series now'
  | 'narrow window'
  | 'endless wait'
  | 'impossible'

export interface Finding {
  kind: FindingKind
  /** The alert or the recorded series. */
  rule: string
  group: string
  /** Where in the expression, or in the template, counted in characters from 0. */
  from: number
  to: number
  /** What stands there. */
  text: string
  message: string
  /** What to do, most often a near name. */
  next?: string
}

/** A rule as Prometheus loads it. Durations in milliseconds. */
export interface LintRule {
  group: string
  /** Name of the alert, or of the recorded series. */
  name: string
  alerts: boolean
  expr: string
  forMs: number
  evaluationMs: number
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
}
