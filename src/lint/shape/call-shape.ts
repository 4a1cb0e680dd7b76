import { childOf, type Expression, functionOf, partsOf } from '../../promql/expression.ts'
import { unquote } from '../../promql/string-literal.ts'
import { numberOf } from '../canonical.ts'
import { problem } from '../problem.ts'
import { sumOf } from './aggregate-shape.ts'
import { distinct, drop, EMPTY, mayHave, NAME, withValues } from './label-set.ts'
import { ANY } from './label-values.ts'
import { labelsOfAbsence } from './selector-shape.ts'
import { madeOf, type Scope, type Shape, scalar, vector } from './shape.ts'
import { ANYTHING, exactly, isZeroOrOne, meanOf, POSITIVE, type Span } from './span.ts'
import { checkWindow } from './window.ts'

/** What a function gives. */
export function shapeOfCall(node: Expression, scope: Scope): Shape {
  const name = functionOf(node) ?? ''
  const parts = partsOf(node)
  const shapes = parts.map((part) => scope.shapeOf(part))
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
  if (given === undefined || inner === undefined) return vector([EMPTY], spanOf(name, ANYTHING, parts, shapes))
  const span = spanOf(name, given.span, parts, shapes)
  if (name === 'label_replace' || name === 'label_join') {
    const made = childOf(node, 'FunctionCallBody')?.children.find((child) => child.name === 'StringLiteral')
    const label = made === undefined ? '' : unquote(made.text)
    return madeOf(vector(distinct(given.sets.map((set) => withValues(set, label, ANY))), span), given)
  }
  if (/^(sort|sort_desc)$/.test(name)) return madeOf({ ...given, span }, given)
  if (name === 'histogram_quantile') return quantileOf(node, given, numberOf(parts[0]), scope)
  checkWindow(name, inner, given, scope)
  const keepsName = name === 'last_over_time'
  const sets = keepsName ? given.sets : distinct(given.sets.map((set) => drop(set, [NAME])))
  const ofBuckets = /^(rate|irate|increase)$/.test(name) && given.lastBound !== undefined
  return madeOf({ ...vector(sets, span), ...(ofBuckets && { lastBound: given.lastBound }) }, given)
}

/** Labels of a selector, or of a range; of any other expression an absence has none. */
function setOfAbsence(node: Expression) {
  const selector = /^(ParenExpr|OffsetExpr|StepInvariantExpr|MatrixSelector)$/.test(node.name)
    ? partsOf(node)[0]
    : undefined
  if (selector !== undefined) return setOfAbsence(selector)
  return node.name === 'VectorSelector' ? labelsOfAbsence(node) : EMPTY
}

function quantileOf(node: Expression, given: Shape, share: number | undefined, scope: Scope): Shape {
  const isQuantile = share !== undefined && share >= 0 && share <= 1
  const span = isQuantile && given.lastBound !== undefined ? { min: 0, max: given.lastBound } : ANYTHING
  const shape = vector(distinct(given.sets.map((set) => drop(set, ['le', NAME]))), span)
  if (given.never !== undefined || given.sets.some((set) => mayHave(set, 'le'))) return madeOf(shape, given)
  const message = 'the series here have no label le, by which buckets differ: there is no quantile'
  const never = problem('impossible', node, message, 'keep it: sum by (le) (…)')
  scope.note(never)
  return { ...shape, never: [never] }
}

function spanOf(name: string, span: Span, parts: readonly Expression[], shapes: readonly Shape[]): Span {
  const { min, max } = span
  const [, first = ANYTHING, second = ANYTHING] = shapes.map((shape) => shape.span)
  switch (name) {
    case 'rate':
    case 'irate':
    case 'increase':
      return min >= 0 ? POSITIVE : ANYTHING
    case 'resets':
    case 'changes':
      return { ...POSITIVE, whole: true }
    case 'count_over_time':
      return { min: 1, max: Number.POSITIVE_INFINITY, whole: true }
    case 'present_over_time':
      return exactly(1)
    case 'min_over_time':
    case 'max_over_time':
    case 'last_over_time':
    case 'sort':
    case 'sort_desc':
    case 'label_replace':
    case 'label_join':
      return span
    case 'avg_over_time':
      return meanOf(span)
    case 'quantile_over_time': {
      const share = numberOf(parts[0])
      return share !== undefined && share >= 0 && share <= 1 ? meanOf(span, isZeroOrOne) : ANYTHING
    }
    case 'sum_over_time':
      return { ...sumOf(span), whole: span.whole === true }
    case 'stddev_over_time':
    case 'stdvar_over_time':
    case 'timestamp':
    case 'exp':
    case 'sqrt':
      return POSITIVE
    case 'abs':
      return min >= 0 ? span : { min: 0, max: Math.max(Math.abs(min), Math.abs(max)), whole: span.whole === true }
    case 'ceil':
    case 'floor':
      return { min: Math.floor(min), max: Math.ceil(max), whole: true }
    case 'sgn':
      return { min: min > 0 ? 1 : min === 0 ? 0 : -1, max: max > 0 ? 1 : max === 0 ? 0 : -1, whole: true }
    case 'clamp':
      return atLeast(first, atMost(second, span))
    case 'clamp_min':
      return atLeast(first, span)
    case 'clamp_max':
      return atMost(first, span)
    case 'sin':
    case 'cos':
      return { min: -1, max: 1 }
    case 'minute':
      return { min: 0, max: 59, whole: true }
    case 'hour':
      return { min: 0, max: 23, whole: true }
    case 'day_of_week':
      return { min: 0, max: 6, whole: true }
    case 'day_of_month':
      return { min: 1, max: 31, whole: true }
    case 'day_of_year':
      return { min: 1, max: 366, whole: true }
    case 'days_in_month':
      return { min: 28, max: 31, whole: true }
    case 'month':
      return { min: 1, max: 12, whole: true }
    default:
      return ANYTHING
  }
}

/** The greater of a value and a bound, and the smaller: a bound that is calculated may lie anywhere in its span. */
const atLeast = (bound: Span, { min, max }: Span): Span => ({
  min: Math.max(min, bound.min),
  max: Math.max(max, bound.max),
})
const atMost = (bound: Span, { min, max }: Span): Span => ({
  min: Math.min(min, bound.min),
  max: Math.min(max, bound.max),
})
