import { compileRegex } from '../../base/text/linear-regex.ts'
import type { Matcher } from '../../promql/expression.ts'

/** The values that a label can have. '' stands for a label that is missing: Prometheus does not distinguish the two. */
export interface LabelValues {
  /** Every value that it can have. Missing where they cannot be listed. */
  readonly only?: ReadonlySet<string>
  /** Where they cannot be listed: values that it does not have, and patterns that all of its values match. */
  readonly never: ReadonlySet<string>
  readonly like: readonly Pattern[]
}

interface Pattern {
  source: string
  /** Whether the values fit the source, or do not. */
  wanted: boolean
  test(value: string): boolean
}

const NONE: ReadonlySet<string> = new Set()

export const oneOf = (...values: string[]): LabelValues => ({ only: new Set(values), never: NONE, like: [] })
export const ANY: LabelValues = { never: NONE, like: [] }
export const MISSING = oneOf('')
/** Present, with an unknown value. */
export const PRESENT: LabelValues = { never: new Set(['']), like: [] }

/** Values that fit an anchored regular expression. */
export const fitting = (source: string): LabelValues => ({ never: NONE, like: [patternOf(source, true)] })

export function accepts(values: LabelValues, value: string): boolean {
  if (values.only !== undefined) return values.only.has(value)
  return !values.never.has(value) && values.like.every(({ test }) => test(value))
}

export const isNever = ({ only, like }: LabelValues): boolean =>
  only?.size === 0 ||
  like.some(({ source, wanted }) => !wanted && like.some((other) => other.wanted && other.source === source))

/** The values that are in both. */
export function meet(a: LabelValues, b: LabelValues): LabelValues {
  if (a.only !== undefined) return oneOf(...[...a.only].filter((value) => accepts(b, value)))
  if (b.only !== undefined) return meet(b, a)
  const known = (one: Pattern) => a.like.some(({ source, wanted }) => source === one.source && wanted === one.wanted)
  return { never: new Set([...a.never, ...b.never]), like: [...a.like, ...b.like.filter((one) => !known(one))] }
}

/** The values that are in one of the two, and perhaps some more. */
export function join(a: LabelValues, b: LabelValues): LabelValues {
  if (a.only !== undefined && b.only !== undefined) return oneOf(...a.only, ...b.only)
  if (b.only !== undefined) return join(b, a)
  const ofBoth = (value: string) => !accepts(a, value)
  const like = b.like.filter(({ source, wanted, test }) =>
    a.only !== undefined
      ? [...a.only].every(test)
      : a.like.some((other) => other.source === source && other.wanted === wanted),
  )
  return { never: new Set([...b.never].filter(ofBoth)), like }
}

export function fittingMatcher({ operator, value }: Matcher): LabelValues {
  if (operator === '=') return oneOf(value)
  if (operator === '!=') return { never: new Set([value]), like: [] }
  const listed = /^[\w:/ -]*(?:\|[\w:/ -]*)*$/.test(value) ? value.split('|') : undefined
  if (listed !== undefined) return operator === '=~' ? oneOf(...listed) : { never: new Set(listed), like: [] }
  return { never: NONE, like: [patternOf(value, operator === '=~')] }
}

/** Prometheus' regular expressions are anchored, and in the syntax of RE2. A pattern that cannot be read counts as matching. */
function patternOf(source: string, wanted: boolean): Pattern {
  const regex = compileRegex(`^(?s:${source})$`)
  return { source, wanted, test: (value) => (regex?.test(value) ?? wanted) === wanted }
}
