import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { parseDuration } from '../base/duration.ts'
import type { Matcher } from './knowledge.ts'

/** A node of a parsed expression, and its text. */
export interface Expression {
  name: string
  text: string
  from: number
  to: number
  children: readonly Expression[]
}

/** Of an expression, in characters, and levels of its tree: what looks at it calls itself for each level, and looks again. */
const LONGEST = 32_768
const DEEPEST = 400

/** The tree of an expression; what the parser does not understand, and what is too long or too deep, is a node named `⚠`. */
export function parseExpression(text: string): Expression {
  const read = (node: SyntaxNode, depth: number): Expression => {
    const { from, to } = node
    const piece = text.slice(from, to)
    if (depth > DEEPEST) return { name: '⚠', text: piece, from, to, children: [] }
    const children: Expression[] = []
    for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(read(child, depth + 1))
    return { name: node.type.name, text: piece, from, to, children }
  }
  if (text.length > LONGEST) return { name: '⚠', text: `${text.slice(0, 80)}…`, from: 0, to: text.length, children: [] }
  return read(parser.parse(text).topNode, 0)
}

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
    return childOf(node, 'FunctionCallBody')?.children.filter(({ name }) => name !== 'StringLiteral') ?? []
  }
  return node.children.filter(({ name }) => !MODIFIERS.has(name) && /Expr|Selector|Call|Literal/.test(name))
}

/** Label names of `by (…)`, `on (…)`, `group_left (…)`, with their places. */
export function groupingOf(node: Expression | undefined): Expression[] {
  return node === undefined ? [] : [...walk(node)].filter(({ name }) => name === 'LabelName')
}

/** The metric's name and the matchers of a selector; no name where it is only matched by a pattern. */
export function readSelector(node: Expression): {
  metric: string | undefined
  matchers: (Matcher & { at: Expression })[]
} {
  const matchers = [...walk(node)]
    .filter(({ name }) => name === 'UnquotedLabelMatcher')
    .map((at) => ({
      label: childOf(at, 'LabelName')?.text ?? '',
      operator: (childOf(at, 'MatchOp')?.text ?? '=') as Matcher['operator'],
      value: unquote(childOf(at, 'StringLiteral')?.text ?? ''),
      at,
    }))
  const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=')
  return {
    metric: childOf(node, 'Identifier')?.text ?? named?.value,
    matchers: matchers.filter(({ label }) => label !== '__name__'),
  }
}

/** The range of `x[5m]`, in milliseconds; `undefined` for what is no plain duration. */
export function rangeMsOf(matrix: Expression): number | undefined {
  return parseDuration(childOf(matrix, 'DurationExpr')?.text.trim() ?? '')
}

/** How far back an expression looks, in milliseconds: what was true once may hold it up for so long. 0 for one that looks at now. */
export function lookBackMs(node: Expression): number {
  const own = node.name === 'MatrixSelector' || node.name === 'SubqueryExpr' ? (rangeMsOf(node) ?? 0) : 0
  return own + Math.max(0, ...node.children.map(lookBackMs))
}

export const functionOf = (node: Expression) => childOf(node, 'FunctionIdentifier')?.text.toLowerCase()

export function unquote(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1)
  return literal.slice(1, -1).replace(/\\(.)/g, '$1')
}
