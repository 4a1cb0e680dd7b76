/** Why an alert, or the rule that it is made of, can never do what it is there for. docs/lint.md has an example of each. */
export type FindingKind =
  /** Prometheus does not load the file. */
  | 'refused'
  /** No rule was found where rules were looked for, or Prometheus does not look there. */
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

/** A text of a rule: `expr`, `labels.severity`, `annotations.summary`. */
export type RulePart = 'expr' | `labels.${string}` | `annotations.${string}`

/** Where something stands in a file; line and column are counted from 1. */
export interface FilePlace {
  file: string
  line: number
  column: number
}

export interface LintFinding extends Partial<FilePlace> {
  kind: FindingKind
  /** The alert or the recorded series; empty where it is not about one rule. */
  rule: string
  group: string
  /** Which text of the rule `from` and `to` count in. Left out: the expression, or where it is not about a text. */
  part?: RulePart
  /** Where in the text, counted in characters from 0. */
  from: number
  to: number
  /** What stands there. */
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
  /** Where a character of one of its texts stands; left out for a rule that no file is known of. */
  locate?(part: RulePart, offset: number): FilePlace
}
