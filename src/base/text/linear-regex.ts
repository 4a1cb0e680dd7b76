import { RE2JS } from 're2js'

/**
 * A regular expression in RE2's syntax, as Prometheus has it. It takes time in proportion to the text, whatever the expression
 * is; those of JavaScript can take longer than anybody waits, and nothing ends them.
 */
export interface LinearRegex {
  /** `undefined`: the text is too long for this expression, so that nothing was looked for. */
  test(text: string): boolean | undefined
  /** What the expression and its groups match, when they match the whole text; `undefined` when they do not. */
  matchWhole(text: string): RegexGroups | undefined
}

/** What the groups of an expression have matched; the empty text for a group that took no part, as Go has it. */
export interface RegexGroups {
  /** By number; the first entry is the whole text. */
  byNumber: readonly string[]
  byName: Readonly<Record<string, string>>
}

/** `undefined` when the text is no such expression. */
export function compileRegex(expression: string): LinearRegex | undefined {
  const compiled = compile(expression)
  if (compiled === undefined) return undefined
  const instructions = compiled.programSize()
  const isTooMuch = (text: string) => instructions * text.length > MOST_WORK
  return {
    test: (text) => (isTooMuch(text) ? undefined : compiled.test(text)),
    matchWhole: (text) => (isTooMuch(text) ? undefined : groupsOf(compiled, text)),
  }
}

/** Instructions of the largest expression that a file may have; `"value":"[a-z]+"` has some twenty. */
const MOST_INSTRUCTIONS = 250
/** Instructions × characters of one match: about a second in the worst case. */
const MOST_WORK = 40_000_000

/** What is expected of an expression in a file, in words. */
export const REGEX_EXPECTED =
  'a regular expression in the syntax of RE2: without look-around and back-references, and of moderate size'

/** Whether an expression may stand in a file. */
export function isRegex(expression: string): boolean {
  return (compile(expression)?.programSize() ?? Number.POSITIVE_INFINITY) <= MOST_INSTRUCTIONS
}

function groupsOf(compiled: RE2JS, text: string): RegexGroups | undefined {
  const matcher = compiled.matcher(text)
  if (!matcher.matches()) return undefined
  const byNumber = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '')
  const names = Object.entries(compiled.namedGroups())
  return { byNumber, byName: Object.fromEntries(names.map(([name, index]) => [name, byNumber[index] ?? ''])) }
}

function compile(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression)
  } catch {
    return undefined
  }
}
