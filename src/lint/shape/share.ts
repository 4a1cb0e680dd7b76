import { childOf, type Expression, functionOf, groupingOf, partsOf, readSelector } from '../../promql/expression.ts'
import { canonical, numberOf, unwrapped } from '../canonical.ts'
import type { Matching } from './matching.ts'
import { comparisonOf } from './operators.ts'
import type { Scope, Shape } from './shape.ts'
import { meanOf, type Span, UNIT } from './span.ts'

/** Quotients that are shares or means by the way they are built. */

/** Aggregations whose result for some of the series is at most that for all of them, when all values are 0 or more. */
const MORE_FOR_MORE = new Set(['sum', 'count', 'max', 'group'])

/** The values of a quotient whose sides are made of the same series: a share, or a mean as sum by count. `undefined` otherwise. */
export function spanOfQuotient(
  { left: part, right: whole, matching }: Quotient,
  shapeOf: Scope['shapeOf'],
): Span | undefined {
  if (!keepsGroups(unwrapped(whole), matching)) return undefined
  const { factor, rest } = scaled(part)
  if (isShare(rest, whole, shapeOf))
    return factor === 1 ? UNIT : meanOf({ min: 0, max: factor }, (value) => value === 0)
  const inner = partsOf(unwrapped(part)).at(-1)
  return isMean(unwrapped(part), unwrapped(whole)) && inner !== undefined ? meanOf(shapeOf(inner).span) : undefined
}

/** `100 * x` or `x * 100`. */
function scaled(node: Expression): { factor: number; rest: Expression } {
  const product = unwrapped(node)
  const [left, right] = childOf(product, 'Mul') === undefined ? [] : partsOf(product)
  const [factor, rest] = numberOf(left) === undefined ? [numberOf(right), left] : [numberOf(left), right]
  return factor === undefined || factor <= 0 || rest === undefined ? { factor: 1, rest: node } : { factor, rest }
}

/** Whether matching groups agree in all labels that the denominator is grouped by. */
function keepsGroups(whole: Expression, { on, labels }: Matching): boolean {
  if (!on && labels.length === 0) return true
  const modifier = childOf(whole, 'AggregateModifier')
  if (whole.name !== 'AggregateExpr' || (modifier !== undefined && childOf(modifier, 'Without') !== undefined))
    return false
  return groupingOf(modifier).every(({ text }) => labels.includes(text) === on)
}

/** A sum divided by the count of the same series. */
function isMean(part: Expression, whole: Expression): boolean {
  const rest = (node: Expression) =>
    node.children
      .filter(({ name }) => name !== 'AggregateOp')
      .map(canonical)
      .join(' ')
  const operator = (node: Expression) => childOf(node, 'AggregateOp')?.text.toLowerCase()
  return operator(part) === 'sum' && operator(whole) === 'count' && rest(part) === rest(whole)
}

/**
 * Whether a quotient lies between 0 and 1 because the numerator is made of some of the denominator's series: the same with more
 * matchers, a filter, or finer groups. This holds for sums, counts and maxima; not for averages, minima, quantiles, or a quotient
 * of two quotients.
 */
function isShare(part: Expression, whole: Expression, shapeOf: (node: Expression) => Shape): boolean {
  const positive = (node: Expression) => shapeOf(node).span.min >= 0
  const within = (a: Expression, b: Expression): boolean => {
    const [some, all] = [unwrapped(a), unwrapped(b)]
    if (some.name === 'BinaryExpr' && isFilter(some)) return within(first(some), all)
    if (all.name === 'BinaryExpr' && isSum(all)) {
      const [left, right] = partsOf(all)
      if (left === undefined || right === undefined || !positive(left) || !positive(right)) return false
      return within(some, left) || within(some, right)
    }
    if (some.name !== all.name) return false
    if (some.name === 'AggregateExpr') {
      const operator = childOf(some, 'AggregateOp')?.text.toLowerCase() ?? ''
      const [inner, other] = [partsOf(some).at(-1), partsOf(all).at(-1)]
      if (operator !== childOf(all, 'AggregateOp')?.text.toLowerCase() || inner === undefined || other === undefined)
        return false
      const counted = operator === 'count' || operator === 'group'
      if (!MORE_FOR_MORE.has(operator) || !(counted || positive(other))) return false
      return isFiner(some, all) && sameOf(inner, other)
    }
    return sameOf(some, all)
  }
  return positive(whole) && within(part, whole)
}

/** Functions whose result for a series does not depend on other series. */
const OF_ONE_SERIES = /^(rate|irate|increase|delta|idelta|deriv|resets|changes|(?!absent)\w+_over_time)$/

const first = (node: Expression): Expression => partsOf(node)[0] ?? node

/** `x > 5`, `x and y`, `x unless y`: some of the series of x, unchanged. */
function isFilter(node: Expression): boolean {
  if (childOf(node, 'And') !== undefined || childOf(node, 'Unless') !== undefined) return true
  const isBool = childOf(node, 'BoolModifier') !== undefined
  return comparisonOf(node) !== undefined && !isBool && numberOf(partsOf(node)[1]) !== undefined
}

const isSum = (node: Expression): boolean =>
  childOf(node, 'Add') !== undefined && childOf(node, 'MatchingModifierClause') === undefined

/** Whether each series of `a` is one of `b`: the same selector, or one with more matchers, in the same function of each series. */
function sameOf(a: Expression, b: Expression): boolean {
  const [some, all] = [unwrapped(a), unwrapped(b)]
  if (some.name === 'BinaryExpr' && isFilter(some)) return sameOf(first(some), all)
  if (some.name !== all.name) return false
  switch (some.name) {
    case 'VectorSelector': {
      const [one, other] = [readSelector(some), readSelector(all)]
      const texts = one.matchers.map(({ at }) => canonical(at))
      return (
        one.metric !== undefined &&
        one.metric === other.metric &&
        other.matchers.every(({ at }) => texts.includes(canonical(at)))
      )
    }
    case 'FunctionCall':
      return functionOf(some) === functionOf(all) && OF_ONE_SERIES.test(functionOf(some) ?? '') && alikeBut(some, all)
    case 'MatrixSelector':
    case 'OffsetExpr':
      return alikeBut(some, all)
    default:
      return canonical(some) === canonical(all)
  }
}

/** Whether all arguments are the same, or select some of the same series. */
function alikeBut(a: Expression, b: Expression): boolean {
  const [some, all] = [argumentsIn(a), argumentsIn(b)]
  return (
    some.length === all.length &&
    some.every((part, index) => {
      const other = all[index] ?? part
      return canonical(part) === canonical(other) || sameOf(part, other)
    })
  )
}

const argumentsIn = (node: Expression): readonly Expression[] =>
  (childOf(node, 'FunctionCallBody') ?? node).children.filter(({ name }) => name !== 'FunctionIdentifier')

/** Whether the groups of `a` are those of `b`, or finer. */
function isFiner(a: Expression, b: Expression): boolean {
  const [one, other] = [childOf(a, 'AggregateModifier'), childOf(b, 'AggregateModifier')]
  const texts = (node: Expression | undefined) => groupingOf(node).map(({ text }) => text)
  if ([one, other].some((modifier) => modifier !== undefined && childOf(modifier, 'Without') !== undefined)) {
    return one !== undefined && other !== undefined && canonical(one) === canonical(other)
  }
  return texts(other).every((label) => texts(one).includes(label))
}

interface Quotient {
  left: Expression
  right: Expression
  matching: Matching
}
