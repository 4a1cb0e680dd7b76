/** Why an alert, a rule that it uses, or a route can never work. docs/lint.md has an example of each kind. */
export type FindingKind =
  /** Prometheus does not load the file. */
  | 'refused'
  /** There is no rule in the file, or Prometheus does not read it there. */
  | 'not read'
  | 'unknown series'
  | 'unknown label'
  | 'unknown value'
  | 'no such series now'
  | 'no match'
  | 'ambiguous match'
  | 'narrow window'
  | 'beyond retention'
  | 'impossible'
  | 'changing label'
  | RouteFindingKind

/** What is wrong with the way of alerts through Alertmanager. */
export type RouteFindingKind =
  /** No alert reaches the route: one above takes them all, or nothing fits its matchers. */
  | 'shadowed route'
  | 'impossible route'
  /** No route takes the alert, and the first route's receiver does nothing. */
  | 'no receiver'
  | 'arrives twice'

/** A text of a rule: `expr`, `labels.severity`, `annotations.summary`. */
export type RulePart = 'expr' | `labels.${string}` | `annotations.${string}`

/** A place in a file; line and column are counted from 1. */
export interface FilePlace {
  file: string
  line: number
  column: number
}

export interface LintFinding extends Partial<FilePlace> {
  kind: FindingKind
  /** The alert or the recorded series; empty where the finding is not about one rule. */
  rule: string
  group: string
  /** Which text of the rule `from` and `to` count in. Left out: the expression, or where it is not about a text. */
  part?: RulePart
  /** Where in the text, counted in characters from 0. */
  from: number
  to: number
  /** The text at that place. */
  text: string
  message: string
  expected?: string
  given?: string
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
  /** A Prometheus of some version has loaded it: nothing in it may be refused. */
  loaded?: true
  /** The place of a character of one of its texts; missing for a rule without a file. */
  locate?(part: RulePart, offset: number): FilePlace
}
