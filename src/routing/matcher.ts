import { compileRegex } from '../base/text/linear-regex.ts'

/** One condition on a label, as Alertmanager has it: a label that is missing has the value ''. */
export interface Matcher {
  readonly name: string
  readonly operator: MatchOperator
  readonly value: string
  /** Every value that fits, where they can be listed. */
  readonly only?: readonly string[]
  test(value: string): boolean
}

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** `undefined` when the value is no regular expression, and must be one. */
export function makeMatcher(name: string, operator: MatchOperator, value: string): Matcher | undefined {
  if (operator === '=') return { name, operator, value, only: [value], test: (given) => given === value }
  if (operator === '!=') return { name, operator, value, test: (given) => given !== value }
  const wanted = operator === '=~'
  const listed = LISTED.test(value) ? value.split('|') : undefined
  if (listed !== undefined) {
    const set = new Set(listed)
    const test = (given: string) => set.has(given) === wanted
    return wanted ? { name, operator, value, only: listed, test } : { name, operator, value, test }
  }
  // Alertmanager anchors them.
  const regex = compileRegex(`^(?:${value})$`)
  if (regex === undefined) return undefined
  return { name, operator, value, test: (given) => (regex.test(given) ?? false) === wanted }
}

/** Plain names with bars between them: most expressions of routes are such lists. */
const LISTED = /^[\w:/ -]*(?:\|[\w:/ -]*)*$/

const INVERSE = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const satisfies Record<MatchOperator, MatchOperator>

/** The matcher that fits exactly the values that this one does not. */
export function inverseOf(matcher: Matcher): Matcher {
  const known = inverses.get(matcher)
  if (known !== undefined) return known
  const { name, operator, value, test } = matcher
  const made: Matcher = makeMatcher(name, INVERSE[operator], value) ?? {
    name,
    operator: INVERSE[operator],
    value,
    test: (given) => !test(given),
  }
  inverses.set(matcher, made)
  return made
}

const inverses = new WeakMap<Matcher, Matcher>()

/** `team="shop", severity=~"critical|warning"` */
export function matchersText(matchers: readonly Matcher[]): string {
  return matchers.map(matcherText).join(', ')
}

export function matcherText({ name, operator, value }: Pick<Matcher, 'name' | 'operator' | 'value'>): string {
  const label = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : JSON.stringify(name)
  return `${label}${operator}${JSON.stringify(value)}`
}
