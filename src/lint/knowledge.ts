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

/** One label matcher: `status=~"5.."`. */
export interface Matcher {
  label: string
  operator: '=' | '!=' | '=~' | '!~'
  value: string
}

/** The label sets that a selector selects; `undefined` where they are not known. */
export function selected(known: KnownSeries, matchers: readonly Matcher[]): KnownSeries['sets'] {
  return known.sets?.filter(({ labels }) => matchers.every((matcher) => matches(matcher, labels[matcher.label] ?? '')))
}

/** Prometheus' regular expressions are anchored. What JavaScript cannot read is taken to match. */
function matches({ operator, value }: Matcher, given: string): boolean {
  if (operator === '=') return given === value
  if (operator === '!=') return given !== value
  let regex: RegExp
  try {
    regex = new RegExp(`^(?:${value})$`)
  } catch {
    return true
  }
  return regex.test(given) === (operator === '=~')
}
