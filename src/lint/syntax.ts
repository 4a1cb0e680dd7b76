import { parsePromDuration } from '../base/units/duration.ts'
import { childOf, type Expression } from '../promql/expression.ts'

/** The range of `x[5m]`, in milliseconds; `undefined` for what is no plain duration. */
export function rangeMsOf(matrix: Expression): number | undefined {
  return parsePromDuration(childOf(matrix, 'DurationExpr')?.text.trim() ?? '')
}

/** How far back an expression looks, in milliseconds: what was true once may hold it up for so long. 0 for one that looks at now. */
export function lookBackMs(node: Expression): number {
  const own = node.name === 'MatrixSelector' || node.name === 'SubqueryExpr' ? (rangeMsOf(node) ?? 0) : 0
  return own + Math.max(0, ...node.children.map(lookBackMs))
}
