import { childOf, type Expression, functionOf, partsOf, readSelector } from './syntax.ts'

/** Values between which a result must lie. */
export interface Span {
  min: number
  max: number
}

const ANY: Span = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
const POSITIVE: Span = { min: 0, max: Number.POSITIVE_INFINITY }
const UNIT: Span = { min: 0, max: 1 }

/** Yes or no, by the names that exporters and this project use. */
const YES_OR_NO = /^(up|\w+_up|probe_success|stock_stale|stock_fetcher|\w+_last_reload_successful)$/
const COUNTED = /_(total|bucket|count)$|_bytes$|_seconds$/
const KEEPING = new Set(['min', 'max', 'avg', 'min_over_time', 'max_over_time', 'avg_over_time', 'last_over_time'])
const GROWING = new Set([
  'sum',
  'count',
  'rate',
  'irate',
  'increase',
  'resets',
  'changes',
  'sum_over_time',
  'count_over_time',
])

/** What the values of an expression can be, as far as names and functions tell. */
export function spanOf(node: Expression): Span {
  const parts = partsOf(node)
  const [first, second] = parts
  if (/^Number/.test(node.name)) {
    const value = Number(node.text)
    return Number.isNaN(value) ? ANY : { min: value, max: value }
  }
  if (node.name === 'VectorSelector') {
    const { metric = '' } = readSelector(node)
    if (YES_OR_NO.test(metric)) return UNIT
    return COUNTED.test(metric) ? POSITIVE : ANY
  }
  const callee = functionOf(node) ?? childOf(node, 'AggregateOp')?.text.toLowerCase()
  if (callee !== undefined) {
    const inner = parts.at(-1)
    if (callee === 'vector' && inner !== undefined) return spanOf(inner)
    if (callee === 'absent' || callee === 'absent_over_time') return { min: 1, max: 1 }
    if (inner !== undefined && KEEPING.has(callee)) return spanOf(inner)
    if (callee === 'count' || callee === 'histogram_quantile') return POSITIVE
    return inner !== undefined && GROWING.has(callee) && spanOf(inner).min >= 0 ? POSITIVE : ANY
  }
  if (node.name === 'BinaryExpr' && first !== undefined && second !== undefined)
    return spanOfBinary(node, first, second)
  if (/ParenExpr|MatrixSelector|OffsetExpr|StepInvariantExpr/.test(node.name) && first !== undefined)
    return spanOf(first)
  return ANY
}

function spanOfBinary(node: Expression, left: Expression, right: Expression): Span {
  const [a, b] = [spanOf(left), spanOf(right)]
  if (childOf(node, 'Sub') !== undefined) return { min: a.min - b.max, max: a.max - b.min }
  if (childOf(node, 'Add') !== undefined) return { min: a.min + b.min, max: a.max + b.max }
  if (childOf(node, 'Div') !== undefined && a.min >= 0 && b.min >= 0) return isShare(left, right) ? UNIT : POSITIVE
  if (childOf(node, 'And') !== undefined || childOf(node, 'Unless') !== undefined) return a
  if (comparisonOf(node) !== undefined && childOf(node, 'BoolModifier') === undefined) return a
  return ANY
}

/** Whether the numerator counts some of what the denominator counts: the same but for more matchers. */
function isShare(part: Expression, whole: Expression): boolean {
  const bare = (node: Expression): string =>
    node.children.length === 0
      ? node.text
      : node.children
          .filter(({ name }) => name !== 'LabelMatchers')
          .map(bare)
          .join(' ')
  const matchersOf = (node: Expression): string[] =>
    node.name === 'UnquotedLabelMatcher' ? [node.text] : node.children.flatMap(matchersOf)
  return bare(part) === bare(whole) && matchersOf(whole).every((matcher) => matchersOf(part).includes(matcher))
}

const COMPARISONS = { Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=', Eql: '==', EqlC: '==', Neq: '!=' } as const
export type Comparison = (typeof COMPARISONS)[keyof typeof COMPARISONS]

export function comparisonOf(node: Expression): Comparison | undefined {
  const name = node.children.find((child) => Object.hasOwn(COMPARISONS, child.name))?.name
  return name === undefined ? undefined : COMPARISONS[name as keyof typeof COMPARISONS]
}

/** Whether some value of `a` compares so with some value of `b`. */
export function canHold(a: Span, comparison: Comparison, b: Span): boolean {
  switch (comparison) {
    case '>':
      return a.max > b.min
    case '>=':
      return a.max >= b.min
    case '<':
      return a.min < b.max
    case '<=':
      return a.min <= b.max
    case '==':
      return a.max >= b.min && a.min <= b.max
    case '!=':
      return a.min !== a.max || b.min !== b.max || a.min !== b.min
  }
}
