import { parsePromDuration } from '../base/units/duration.ts'
import { childOf, type Expression } from '../promql/expression.ts'

/** The range of `x[5m]`, in milliseconds; `undefined` for anything but a plain duration. */
export function rangeMsOf(matrix: Expression): number | undefined {
  return parsePromDuration(childOf(matrix, 'DurationExpr')?.text.trim() ?? '')
}

/** How far back an expression looks, in milliseconds: something that was true once may keep it true for this time. */
export function lookBackMs(node: Expression): number {
  const own = node.name === 'MatrixSelector' || node.name === 'SubqueryExpr' ? (rangeMsOf(node) ?? 0) : 0
  return own + Math.max(0, ...node.children.map(lookBackMs))
}
