import { childOf, type Expression, functionOf, partsOf, readSelector, walk } from '../../promql/expression.ts'
import { canonical, numberOf, unwrapped } from '../canonical.ts'
import { type Problem, problem } from '../problem.ts'
import { distinct, drop, NAME } from './label-set.ts'
import { ambiguousLabel, type Matching, matchedSets, matchingOf, noMatch, partnered } from './matching.ts'
import { arithmeticOf, comparisonOf } from './operators.ts'
import { madeOf, type Scope, type Shape, scalar, UNKNOWN_VECTOR, vector } from './shape.ts'
import { spanOfQuotient } from './share.ts'
import {
  ANYTHING,
  type Arithmetic,
  type Comparison,
  calculated,
  common,
  contains,
  filtered,
  hull,
  type Span,
  TURNED,
  writeSpan,
  YES_OR_NO,
} from './span.ts'

/** The shape of the result of an operator with two operands. */
export function shapeOfBinary(node: Expression, scope: Scope): Shape {
  const [left, right] = partsOf(node)
  if (left === undefined || right === undefined) return UNKNOWN_VECTOR
  const shapes = { a: scope.shapeOf(left), b: scope.shapeOf(right) }
  const sides: Sides = { node, left, right, ...shapes, matching: matchingOf(node), scope }
  const is = (name: string) => childOf(node, name) !== undefined
  if (is('Or')) return either(sides)
  if (is('And')) return both(sides)
  if (is('Unless')) return allBut(sides)
  const comparison = comparisonOf(node)
  if (comparison !== undefined) return compared(sides, comparison, is('BoolModifier'))
  const operator = arithmeticOf(node)
  return operator === undefined ? UNKNOWN_VECTOR : reckoned(sides, operator)
}

function either({ a, b }: Sides): Shape {
  if (a.never !== undefined && b.never === undefined) return b
  if (b.never !== undefined && a.never === undefined) return a
  const shape = vector(distinct([...a.sets, ...b.sets]), hull(a.span, b.span))
  return a.never !== undefined && b.never !== undefined ? madeOf(shape, a, b) : shape
}

function both({ node, left, right, a, b, matching, scope }: Sides): Shape {
  const sets = partnered({ left: a.sets, right: b.sets, matching })
  if (a.never !== undefined || b.never !== undefined) return madeOf(vector(a.sets, a.span), a, b)
  if (sets.length === 0) {
    const reason = noMatch(node, { left: a.sets, right: b.sets, matching })
    scope.note(reason)
    return { ...vector(a.sets, a.span), never: [reason] }
  }
  if (!isSameVector(left, right, matching)) return vector(sets, a.span)
  const span = common(a.span, b.span)
  if (span !== undefined) return vector(sets, span)
  const never = problem(
    'impossible',
    node,
    `the left side ${writeSpan(a.span)}, the right side ${writeSpan(b.span)}: never both`,
  )
  scope.note(never)
  return { ...vector(sets, a.span), never: [never] }
}

function allBut({ node, left, right, a, b, matching, scope }: Sides): Shape {
  const shape = madeOf(vector(a.sets, a.span), a)
  if (a.never !== undefined || b.never !== undefined || !isSameVector(left, right, matching)) return shape
  // NaN passes only the filter `!=`, so that another filter on the right leaves it over.
  const isAll = isUnfiltered(right) || (!isUnfiltered(left) && onlyBounds(right) && contains(b.span, a.span))
  if (!isAll) return shape
  const never = problem('impossible', node, 'the right side has all that the left side has: nothing is left')
  scope.note(never)
  return { ...shape, never: [never] }
}

function compared(sides: Sides, comparison: Comparison, isBool: boolean): Shape {
  const { node, left, right, a, b, matching, scope } = sides
  // A filter keeps the vector's own value, on either side.
  const [kept, other, own] = a.scalar ? [b, a, TURNED[comparison]] : [a, b, comparison]
  const shape = matched(sides, isBool ? YES_OR_NO : kept.span, !isBool)
  if (isBool || shape.never !== undefined) return shape
  if (other.scalar && other.never !== undefined && comparison !== '!=') return madeOf(shape, other)
  const isSame = isSameVector(left, right, matching) && canonical(unwrapped(left)) === canonical(unwrapped(right))
  const span = filtered(kept.span, own, other.span)
  if (span !== undefined && !(isSame && (own === '<' || own === '>'))) return { ...shape, span }
  const never = problem(
    'impossible',
    node,
    isSame ? 'both sides are the same' : `${whichLies(sides)}: this never holds`,
  )
  scope.note(never)
  return { ...shape, never: [never] }
}

function whichLies({ a, b }: Sides): string {
  const isAny = ({ min, max }: Span) => min === ANYTHING.min && max === ANYTHING.max
  return a.scalar || isAny(a.span) ? `the right side ${writeSpan(b.span)}` : `the left side ${writeSpan(a.span)}`
}

function reckoned(sides: Sides, operator: Arithmetic): Shape {
  const { left, right, a, b, matching, scope } = sides
  const quotient = operator === '/' ? spanOfQuotient({ left, right, matching }, scope.shapeOf) : undefined
  const age = operator === '-' ? ageOfSample(left, right, scope) : undefined
  return matched(sides, quotient ?? age ?? calculated(a.span, operator, b.span), false)
}

/** `time() - timestamp(x)`: Prometheus uses no older sample than this. */
function ageOfSample(left: Expression, right: Expression, { knowledge: { lookbackMs } }: Scope): Span | undefined {
  const [sample] = functionOf(unwrapped(right)) === 'timestamp' ? partsOf(unwrapped(right)) : []
  const isNow = functionOf(unwrapped(left)) === 'time'
  if (lookbackMs === undefined || !isNow || sample?.name !== 'VectorSelector') return undefined
  return { min: 0, max: lookbackMs / 1_000 }
}

/** The series of an arithmetic operation or a comparison, by how the two sides match. */
function matched(sides: Sides, span: Span, keepsName: boolean): Shape {
  const { node, a, b, matching, scope } = sides
  if (a.scalar && b.scalar) return madeOf(scalar(span), a, b)
  const named = (shape: Shape) => (keepsName ? shape.sets : shape.sets.map((set) => drop(set, [NAME])))
  if (a.scalar) return madeOf(vector(named(b), span), b)
  if (b.scalar) return madeOf(vector(named(a), span), a)
  const sets = matchedSets({ left: a.sets, right: b.sets, matching }, keepsName)
  if (a.never !== undefined || b.never !== undefined) {
    return madeOf(vector(sets.length === 0 ? UNKNOWN_VECTOR.sets : sets, span), a, b)
  }
  const never =
    sets.length === 0 ? noMatch(node, { left: a.sets, right: b.sets, matching }) : ambiguity(sides, keepsName)
  if (never === undefined) return vector(sets, span)
  scope.note(never)
  return { ...vector(UNKNOWN_VECTOR.sets, span), never: [never] }
}

function ambiguity({ node, a, b, matching }: Sides, isFilter: boolean): Problem | undefined {
  const onLeft =
    matching.many === 'left' || (matching.many === undefined && isFilter) ? undefined : ambiguousLabel(a.sets, matching)
  const onRight = matching.many === 'right' ? undefined : ambiguousLabel(b.sets, matching)
  const [label, side] = onRight === undefined ? [onLeft, 'left'] : [onRight, 'right']
  if (label === undefined) return undefined
  const message = `the ${side} side has several series for each match, which differ in ${label}: Prometheus fails to evaluate this`
  const next = `group_${side} makes this the side with many, or an aggregation leaves one`
  return { ...problem('ambiguous match', node, message), next }
}

/** Whether both sides are filters of one vector, so that a match is the same sample. */
function isSameVector(left: Expression, right: Expression, { on, labels }: Matching): boolean {
  if (on || labels.length > 0) return false
  const [one, other] = [unfiltered(left), unfiltered(right)]
  const named = [...walk(one)].every(
    (part) => part.name !== 'VectorSelector' || readSelector(part).metric !== undefined,
  )
  return named && canonical(one) === canonical(other)
}

/** The expression without comparisons with numbers that only filter it. */
function unfiltered(node: Expression): Expression {
  const inner = unwrapped(node)
  const filteredNode = filterOf(inner)
  return filteredNode === undefined ? inner : unfiltered(filteredNode)
}

function filterOf(node: Expression): Expression | undefined {
  if (node.name !== 'BinaryExpr' || comparisonOf(node) === undefined || childOf(node, 'BoolModifier') !== undefined)
    return undefined
  const [left, right] = partsOf(node)
  if (numberOf(right) !== undefined) return left
  return numberOf(left) !== undefined ? right : undefined
}

const isUnfiltered = (node: Expression): boolean => filterOf(unwrapped(node)) === undefined

/** Whether the filters are bounds, so that a span describes exactly what passes. */
function onlyBounds(node: Expression): boolean {
  const inner = unwrapped(node)
  const next = filterOf(inner)
  return next === undefined || (comparisonOf(inner) !== '!=' && onlyBounds(next))
}

/** An operator with its two operands, and the shape of each: `a` of the left one, `b` of the right one. */
interface Sides {
  node: Expression
  left: Expression
  right: Expression
  a: Shape
  b: Shape
  matching: Matching
  scope: Scope
}
