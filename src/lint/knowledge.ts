import { compileRegex } from '../base/linear-regex.ts'
import type { Matcher } from '../promql/expression.ts'

/** What is known of all series of one name. */
export interface KnownSeries {
  /** Names of their labels. */
  labels: ReadonlySet<string>
  /** Time between two samples, in milliseconds. */
  everyMs: number
  /** Their label sets, where there is a Prometheus to ask. */
  sets?: readonly { labels: Readonly<Record<string, string>>; everyMs: number }[]
}

export interface Knowledge {
  series: ReadonlyMap<string, KnownSeries>
  /** How long samples are kept, in milliseconds. */
  retentionMs: number
}

/** The label sets that a selector selects; `undefined` where they are not known. */
export function selected(known: KnownSeries, matchers: readonly Matcher[]): KnownSeries['sets'] {
  const tests = matchers.map((matcher) => ({ label: matcher.label, test: testOf(matcher) }))
  return known.sets?.filter(({ labels }) => tests.every(({ label, test }) => test(labels[label] ?? '')))
}

/** Prometheus' regular expressions are anchored, and in the syntax of RE2. What cannot be read is taken to match. */
function testOf({ operator, value }: Matcher): (given: string) => boolean {
  if (operator === '=') return (given) => given === value
  if (operator === '!=') return (given) => given !== value
  const regex = compileRegex(`^(?s:${value})$`)
  const wanted = operator === '=~'
  return (given) => (regex?.test(given) ?? wanted) === wanted
}
