import { childOf, type Expression, partsOf } from '../promql/expression.ts'
import { readNumber } from '../promql/number-literal.ts'

/** An expression without blanks, comments and needless parentheses: equal expressions give the same text. */
export function canonical(node: Expression): string {
  const inner = unwrapped(node)
  if (inner.children.length === 0) return inner.text
  const parts = inner.children.filter(({ name }) => name !== 'LineComment')
  return `${inner.name}(${parts.map(canonical).join(' ')})`
}

/** The expression inside parentheses. */
export function unwrapped(node: Expression): Expression {
  const [inner] = node.name === 'ParenExpr' ? partsOf(node) : []
  return inner === undefined ? node : unwrapped(inner)
}

/** The value of a number with its sign. */
export function numberOf(node: Expression | undefined): number | undefined {
  if (node === undefined) return undefined
  const inner = unwrapped(node)
  if (inner.name === 'UnaryExpr') {
    const value = numberOf(partsOf(inner)[0])
    return value === undefined || childOf(inner, 'UnaryOp')?.text !== '-' ? value : -value
  }
  if (!/^Number/.test(inner.name)) return undefined
  const value = readNumber(inner.text)
  return value === undefined || Number.isNaN(value) ? undefined : value
}
