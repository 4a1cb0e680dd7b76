import { compileRegex } from '../base/text/linear-regex.ts'
import type { Complain } from './complain.ts'
import { childOf, type Expression, type Matcher, matchersOf } from './expression.ts'

/** A selector has its name once, patterns of RE2, and does not select every series that there is. */
export function checkSelector(node: Expression, complain: Complain): void {
  const matchers = matchersOf(node)
  for (const matcher of matchers) {
    const at = childOf(matcher.at, 'StringLiteral') ?? matcher.at
    if (isPattern(matcher) && regexOf(matcher) === undefined) {
      complain(at, 'not a regular expression in the syntax of RE2', 'RE2 has no look-around and no back-references')
    }
  }
  if (childOf(node, 'Identifier') !== undefined) {
    const twice = matchers.find(({ label }) => label === '__name__')
    if (twice !== undefined) complain(twice.at, 'the name of the metric is there twice')
  } else if (matchers.every(matchesEmpty)) {
    complain(node, 'a selector without a name must have a matcher that an empty label does not match')
  }
}

const isPattern = ({ operator }: Matcher): boolean => operator === '=~' || operator === '!~'
/** Prometheus reads it twice: alone, and between anchors. */
const regexOf = ({ value }: Matcher) => compileRegex(value) && compileRegex(`^(?:${value})$`)

/** Whether a label that is not there matches. */
function matchesEmpty(matcher: Matcher): boolean {
  const { operator, value } = matcher
  const equal = isPattern(matcher) ? (regexOf(matcher)?.test('') ?? false) : value === ''
  return operator.startsWith('!') ? !equal : equal
}
