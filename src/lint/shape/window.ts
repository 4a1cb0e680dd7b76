import { defined } from '../../base/defined.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { type Expression, partsOf } from '../../promql/expression.ts'
import { problem } from '../problem.ts'
import { rangeMsOf } from '../syntax.ts'
import type { Scope } from './shape.ts'

/** Whether a range holds the samples that its function needs. */

/** Functions that compare samples: they need two. */
const NEEDS_TWO = new Set(['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv', 'predict_linear', 'holt_winters'])
const OVER_TIME = /^(?!absent|present)\w+_over_time$/

/** Whether a range holds the samples that a function needs. */
export function checkWindow(name: string, { range, everyMs = 0 }: Window, scope: Scope): void {
  const needs = NEEDS_TWO.has(name) ? 2 : OVER_TIME.test(name) ? 1 : 0
  const node = rangeIn(range)
  if (needs === 0 || node === undefined) return
  const rangeMs = rangeMsOf(node)
  if (rangeMs === undefined) return
  const isSubquery = node.name === 'SubqueryExpr'
  const betweenMs = isSubquery ? (stepMsOf(node) ?? 0) : everyMs
  // By chance two samples also fit into less than two intervals; the times of a subquery's steps are known.
  const leastMs = isSubquery ? (needs === 2 ? betweenMs : 0) : needs * betweenMs
  if (rangeMs >= leastMs) return
  const message = `a window of ${formatDuration(rangeMs)} over samples that come every ${formatDuration(betweenMs)}: ${
    needs === 1 ? 'at times it holds none' : rangeMs < betweenMs ? 'it never holds two' : 'at times it holds only one'
  }`
  const next = isSubquery ? undefined : `at least ${formatDuration(leastMs)}; four times the interval is safe`
  scope.note({ ...problem('narrow window', node, message), ...defined({ next }) })
}

/** The range itself, without `offset` and `@`. */
function rangeIn(node: Expression): Expression | undefined {
  if (node.name === 'MatrixSelector' || node.name === 'SubqueryExpr') return node
  const [inner] = /^(OffsetExpr|StepInvariantExpr|ParenExpr)$/.test(node.name) ? partsOf(node) : []
  return inner && rangeIn(inner)
}

/** The step of `x[1h:5m]`; without one, Prometheus' global evaluation interval, which is not known here. */
function stepMsOf(subquery: Expression): number | undefined {
  const [, step] = subquery.children.filter(({ name }) => name === 'DurationExpr')
  return step && rangeMsOf({ ...subquery, children: [step] })
}

interface Window {
  /** The range that a function gets. */
  range: Expression
  /** How often its samples come. */
  everyMs?: number
}
