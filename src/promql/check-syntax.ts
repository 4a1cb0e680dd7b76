import { didYouMean } from '../base/text/near-name.ts'
import type { Complain } from './complain.ts'
import { type Expression, expressionLimits, groupingOf, walk } from './expression.ts'
import { knownNames } from './functions.ts'
import { readNumber } from './number-literal.ts'
import { literalProblem } from './string-literal.ts'
import { PROMQL_VERSION } from './version.ts'

/** Checks what Prometheus' grammar allows and this version refuses, and the reverse. */

/** Nodes of the newer grammar that Prometheus 2.42 does not know, in words. */
const NEWER: Readonly<Record<string, string>> = {
  QuotedLabelName: 'a name in quotes',
  QuotedLabelMatcher: 'a name in quotes',
  FillModifier: 'fill',
  SmoothedExpr: 'smoothed',
  AnchoredExpr: 'anchored',
  TrimUpper: 'the operator </',
  TrimLower: 'the operator >/',
}

/** What Prometheus cannot read: words that it does not know, and all that the parser stumbles on. */
export function checkSyntax(text: string, tree: Expression, complain: Complain): void {
  const nodes = [...walk(tree)]
  const literals = nodes.filter(({ name }) => name === 'StringLiteral')
  const broken = nodes.find(({ name }) => name === '⚠')
  const strange = [...text.matchAll(/#.*|[^\x20-\x7e\t\n\r]/gu)]
    .filter(({ index }) => !literals.some(({ from, to }) => index >= from && index < to))
    .find(([piece]) => !piece.startsWith('#'))
  if (strange !== undefined) {
    const code = (strange[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const at = { from: strange.index, to: strange.index + strange[0].length }
    complain(at, `the character U+${code} can only stand in a string`)
    return
  }
  if (broken !== undefined) {
    complain(...problemOf(text, tree, broken))
    return
  }
  for (const node of nodes) {
    const newer = NEWER[node.name]
    if (newer !== undefined) complain(node, `Prometheus ${PROMQL_VERSION} does not know ${newer}`)
    const problem = node.name === 'StringLiteral' ? literalProblem(node.text) : undefined
    if (problem !== undefined) complain(node, problem)
    if (node.name === 'NumberDurationLiteral' && !isNumber(node, text)) {
      complain(node, 'this is not a number')
    }
    for (const name of node.name === 'GroupingLabels' ? groupingOf(node) : []) {
      if (/^(?:inf|nan)$/i.test(name.text)) complain(name, `${name.text} is a number`)
    }
  }
}

/** A number ends where the next character cannot be part of a name; a duration is not a number. */
const isNumber = (node: Expression, text: string): boolean =>
  readNumber(node.text) !== undefined && /^\W?$/.test(text.slice(node.to, node.to + 1))

/** What to say of the first thing that the parser does not understand: the rest follows from it. */
function problemOf(text: string, tree: Expression, broken: Expression): Parameters<Complain> {
  const { characters, depth } = expressionLimits
  if (broken === tree)
    return [broken, `larger than is read here: at most ${characters} characters and ${depth} levels of operators`]
  const called = /([a-zA-Z_]\w*)\s*$/.exec(text.slice(0, broken.from))
  if (called !== null && /^\s*\(/.test(text.slice(broken.from))) {
    const [, name = ''] = called
    const at = { from: called.index, to: called.index + name.length }
    if (!knownNames.includes(name)) return [at, `there is no function ${name}`, didYouMean(name, knownNames)]
  }
  if (text.trim() === '') return [broken, 'there is no expression']
  const ends = text.slice(broken.from).trim() === ''
  return [broken, ends ? 'the expression ends too early' : 'the expression cannot be read from here on']
}
