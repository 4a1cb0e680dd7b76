import { defined } from '../../base/defined.ts'
import { childOf, type Expression, functionOf, partsOf } from '../../promql/expression.ts'
import { unquote } from '../../promql/string-literal.ts'
import { numberOf } from '../canonical.ts'
import { problem } from '../problem.ts'
import { spanOfCall } from './call-span.ts'
import { distinct, drop, EMPTY, mayHave, NAME, withValues } from './label-set.ts'
import { ANY } from './label-values.ts'
import { labelsOfAbsence } from './selector-shape.ts'
import { madeOf, type Scope, type Shape, scalar, vector } from './shape.ts'
import { ANYTHING, exactly, POSITIVE } from './span.ts'
import { checkWindow } from './window.ts'

/** The shape of a function's result. */
export function shapeOfCall(node: Expression, scope: Scope): Shape {
  const name = functionOf(node) ?? ''
  const parts = partsOf(node)
  const shapes = parts.map((part) => scope.shapeOf(part))
  const call = { name, parts, shapes }
  const at = shapes.findIndex((shape) => !shape.scalar)
  const [given, inner] = [shapes[at], parts[at]]
  switch (name) {
    case 'time':
      return scalar(POSITIVE)
    case 'pi':
      return scalar(exactly(Math.PI))
    case 'scalar':
      return { ...scalar(given?.span ?? ANYTHING), ...(given?.never !== undefined && { never: given.never }) }
    case 'vector':
      return vector([EMPTY], shapes[0]?.span)
    case 'absent':
    case 'absent_over_time':
      return vector([inner === undefined ? EMPTY : setOfAbsence(inner)], exactly(1))
  }
  // Without a vector, functions such as `hour()` use the time of evaluation.
  if (given === undefined || inner === undefined) return vector([EMPTY], spanOfCall(call, ANYTHING))
  const span = spanOfCall(call, given.span)
  if (name === 'label_replace' || name === 'label_join') {
    const made = childOf(node, 'FunctionCallBody')?.children.find((child) => child.name === 'StringLiteral')
    const label = made === undefined ? '' : unquote(made.text)
    return madeOf(vector(distinct(given.sets.map((set) => withValues(set, label, ANY))), span), given)
  }
  if (/^(sort|sort_desc)$/.test(name)) return madeOf({ ...given, span }, given)
  if (name === 'histogram_quantile') return quantileOf(node, given, scope)
  checkWindow(name, { range: inner, ...defined({ everyMs: given.everyMs }) }, scope)
  const keepsName = name === 'last_over_time'
  const sets = keepsName ? given.sets : distinct(given.sets.map((set) => drop(set, [NAME])))
  const ofBuckets = /^(rate|irate|increase)$/.test(name) && given.lastBound !== undefined
  return madeOf({ ...vector(sets, span), ...(ofBuckets && { lastBound: given.lastBound }) }, given)
}

/** Labels of the absence of a selector or a range; the absence of any other expression has none. */
function setOfAbsence(node: Expression) {
  const selector = /^(ParenExpr|OffsetExpr|StepInvariantExpr|MatrixSelector)$/.test(node.name)
    ? partsOf(node)[0]
    : undefined
  if (selector !== undefined) return setOfAbsence(selector)
  return node.name === 'VectorSelector' ? labelsOfAbsence(node) : EMPTY
}

function quantileOf(node: Expression, given: Shape, scope: Scope): Shape {
  const share = numberOf(partsOf(node)[0])
  const isQuantile = share !== undefined && share >= 0 && share <= 1
  const span = isQuantile && given.lastBound !== undefined ? { min: 0, max: given.lastBound } : ANYTHING
  const shape = vector(distinct(given.sets.map((set) => drop(set, ['le', NAME]))), span)
  if (given.never !== undefined || given.sets.some((set) => mayHave(set, 'le'))) return madeOf(shape, given)
  const message = 'the series here have no label le, by which buckets differ: there is no quantile'
  const never = { ...problem('impossible', node, message), next: 'keep it: sum by (le) (…)' }
  scope.note(never)
  return { ...shape, never: [never] }
}
