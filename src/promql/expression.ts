import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import type { Expression } from './expression-node.ts'
import { bindAsPrometheus } from './precedence.ts'
import { unquote } from './string-literal.ts'

export type { Expression } from './expression-node.ts'

/** Of an expression, in characters, and levels of its tree: what looks at it calls itself for each level, and looks again. */
export const expressionLimits = { characters: 32_768, depth: 400 } as const

/**
 * The tree of an expression; what the parser does not understand, and what is too long or too deep, is a node named `⚠`.
 * The grammar is that of a newer Prometheus: `checkPromql` says whether the one that ships takes it.
 */
export function parseExpression(text: string): Expression {
  const { characters, depth: deepest } = expressionLimits
  const tooLarge = { name: '⚠', text: `${text.slice(0, 80)}…`, from: 0, to: text.length, children: [] }
  if (text.length > characters) return tooLarge
  let broken = false
  let tooDeep = false
  const read = (node: SyntaxNode, depth: number): Expression => {
    const { from, to } = node
    const { name } = node.type
    if (name === '⚠') broken = true
    if (depth > deepest) tooDeep = true
    const children: Expression[] = []
    for (let child = tooDeep ? null : node.firstChild; child !== null; child = child.nextSibling) {
      if (child.type.name !== 'LineComment') children.push(read(child, depth + 1))
    }
    return { name, text: text.slice(from, to), from, to, children }
  }
  const tree = read(parser.parse(inNewGrammar(text)).topNode, 0)
  if (tooDeep) return tooLarge
  return broken ? tree : bindAsPrometheus(tree, text)
}

/**
 * What the Prometheus that ships reads and the newer grammar does not, written as what both read, in as many characters: places
 * stay what they are, and the text of a node is always that of the original.
 */
function inNewGrammar(text: string): string {
  return text
    .replace(/\bholt_winters(?=\s*\()/g, 'day_of_month')
    .replace(/\b(\d+)\.(?![\d.])/g, '$10')
    .replace(/\b0X(?=[\da-fA-F])/g, '0x')
    .replace(METRIC_OFFSET, '$1offse_')
}

/** A metric of the name offset: where an operand belongs. */
const METRIC_OFFSET =
  /((?:^|[-+*/%^(,=<>]|[\w)\]}]\s+(?:and|or|unless|atan2)\s|\b(?:bool|group_left|group_right)\s)\s*)offset\b/gi

export function* walk(node: Expression): Generator<Expression> {
  yield node
  for (const child of node.children) yield* walk(child)
}

export const childOf = (node: Expression, name: string) => node.children.find((child) => child.name === name)

const MODIFIERS = new Set([
  'FunctionIdentifier',
  'AggregateOp',
  'AggregateModifier',
  'MatchingModifierClause',
  'BoolModifier',
  'LabelMatchers',
  'DurationExpr',
  'OffsetDurationExpr',
  'StringLiteral',
  'UnaryOp',
])

/** The expressions that a node is made of: operands, arguments, what stands in parentheses. */
export function partsOf(node: Expression): Expression[] {
  if (node.name === 'FunctionCall' || node.name === 'AggregateExpr') {
    return argumentsOf(node).filter(({ name }) => name !== 'StringLiteral')
  }
  return node.children.filter(({ name }) => !MODIFIERS.has(name) && /Expr|Selector|Call|Literal/.test(name))
}

/** All arguments of a function or an aggregation, texts among them. */
export function argumentsOf(node: Expression): Expression[] {
  return [...(childOf(node, 'FunctionCallBody')?.children ?? [])]
}

/** Label names of `by (…)`, `on (…)`, `group_left (…)`, with their places. */
export function groupingOf(node: Expression | undefined): Expression[] {
  return node === undefined ? [] : [...walk(node)].filter(({ name }) => name === 'LabelName')
}

/** One label matcher: `status=~"5.."`. */
export interface Matcher {
  label: string
  operator: '=' | '!=' | '=~' | '!~'
  value: string
}

/** The metric's name and the matchers of a selector; no name where it is only matched by a pattern. */
export function readSelector(node: Expression): {
  metric: string | undefined
  matchers: (Matcher & { at: Expression })[]
} {
  const matchers = matchersOf(node)
  const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=')
  return {
    metric: childOf(node, 'Identifier')?.text ?? named?.value,
    matchers: matchers.filter(({ label }) => label !== '__name__'),
  }
}

/** All matchers between the braces, `__name__` among them. */
export function matchersOf(node: Expression): (Matcher & { at: Expression })[] {
  return [...walk(node)]
    .filter(({ name }) => name === 'UnquotedLabelMatcher')
    .map((at) => ({
      label: childOf(at, 'LabelName')?.text ?? '',
      operator: (childOf(at, 'MatchOp')?.text ?? '=') as Matcher['operator'],
      value: unquote(childOf(at, 'StringLiteral')?.text ?? ''),
      at,
    }))
}

export const functionOf = (node: Expression) => childOf(node, 'FunctionIdentifier')?.text.toLowerCase()
export const aggregationOf = (node: Expression) => childOf(node, 'AggregateOp')?.text.toLowerCase()
