import { RE2JS } from 're2js'

/**
 * A regular expression in RE2's syntax, as Prometheus has it. It takes time in proportion to the text, whatever the expression
 * is; those of JavaScript can take longer than anybody waits, and nothing ends them.
 */
export interface LinearRegex {
  /** `undefined`: the text is too long for this expression, so that nothing was looked for. */
  test(text: string): boolean | undefined
}

/** `undefined` when the text is no such expression. */
export function compileRegex(expression: string): LinearRegex | undefined {
  const compiled = compile(expression)
  if (compiled === undefined) return undefined
  const instructions = compiled.programSize()
  return { test: (text) => (instructions * text.length > MOST_WORK ? undefined : compiled.test(text)) }
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

function compile(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression)
  } catch {
    return undefined
  }
}
