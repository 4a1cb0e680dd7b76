import { defined } from '../../base/defined.ts'
import { nearest } from '../../base/text/near-name.ts'
import { childOf, type Expression, groupingOf, partsOf, readSelector, walk } from '../../promql/expression.ts'
import { unquote } from '../../promql/string-literal.ts'
import { numberOf } from '../canonical.ts'
import { problem, suggestion } from '../problem.ts'
import { distinct, drop, keep, type LabelSet, mayHave, NAME, possibleNames, withValues } from './label-set.ts'
import { PRESENT } from './label-values.ts'
import { knownSeries, variantsOf } from './selector-shape.ts'
import { madeOf, type Scope, type Shape, UNKNOWN_VECTOR, vector } from './shape.ts'
import { ANYTHING, exactly, isZeroOrOne, meanOf, POSITIVE, type Span } from './span.ts'

/** The shape of an aggregation: sum, count, topk and the like. */

/** Aggregations that pass series on unchanged. */
const SELECTING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio'])

/** The shape of an aggregation's result. */
export function shapeOfAggregate(node: Expression, scope: Scope): Shape {
  const operator = childOf(node, 'AggregateOp')?.text.toLowerCase() ?? ''
  const [first] = partsOf(node)
  const inner = partsOf(node).at(-1)
  if (inner === undefined) return UNKNOWN_VECTOR
  const given = scope.shapeOf(inner)
  const span = spanOf(operator, given.span, first)
  if (SELECTING.has(operator)) return madeOf({ ...given, span }, given)
  const modifier = childOf(node, 'AggregateModifier')
  const names = groupingOf(modifier)
  const without = modifier !== undefined && childOf(modifier, 'Without') !== undefined
  if (!without && given.never === undefined) checkGrouping({ names, inner, sets: given.sets }, scope)
  const labels = names.map(({ text }) => text)
  const text = childOf(node, 'FunctionCallBody')?.children.find(({ name }) => name === 'StringLiteral')
  const grouped = (set: LabelSet) => (without ? drop(set, [...labels, NAME]) : keep(set, labels))
  const counted = (set: LabelSet) =>
    operator === 'count_values' && text !== undefined ? withValues(set, unquote(text.text), PRESENT) : set
  const shape = vector(distinct(given.sets.map((set) => counted(grouped(set)))), span)
  return madeOf(
    { ...shape, ...(given.lastBound !== undefined && operator === 'sum' && { lastBound: given.lastBound }) },
    given,
  )
}

function spanOf(operator: string, span: Span, first: Expression | undefined): Span {
  switch (operator) {
    case 'min':
    case 'max':
    case 'topk':
    case 'bottomk':
      return span
    case 'avg':
      return meanOf(span)
    case 'quantile': {
      const share = numberOf(first)
      return share !== undefined && share >= 0 && share <= 1 ? meanOf(span, isZeroOrOne) : ANYTHING
    }
    case 'sum':
      return { ...sumOf(span), whole: span.whole === true }
    case 'count':
    case 'count_values':
      return { min: 1, max: Number.POSITIVE_INFINITY, whole: true }
    case 'group':
      return exactly(1)
    case 'stddev':
    case 'stdvar':
      return POSITIVE
    default:
      return ANYTHING
  }
}

/** The sum of one or more values. */
export const sumOf = ({ min, max }: Span): Span => ({
  min: min >= 0 ? min : Number.NEGATIVE_INFINITY,
  max: max <= 0 ? max : Number.POSITIVE_INFINITY,
})

/**
 * To group by a label that no series has changes nothing, and rules for many systems do it. Reported are a label that an inner
 * operation has removed, and a name that is close to that of a label.
 */
function checkGrouping({ names, inner, sets }: Grouping, scope: Scope): void {
  for (const name of names) {
    if (sets.some((set) => mayHave(set, name.text))) continue
    const known = possibleNames(...sets)
    if (labelsBelow(inner, scope).has(name.text)) {
      const message = `the series here have lost their label ${name.text}: grouping by it changes nothing`
      scope.note({ ...problem('unknown label', name, message), ...defined({ next: suggestion(name.text, known) }) })
    } else if (nearest(name.text, [...known]) !== undefined) {
      const message = `no series here has a label ${name.text}: grouping by it changes nothing`
      scope.note({ ...problem('unknown label', name, message), ...defined({ next: suggestion(name.text, known) }) })
    }
  }
}

/** Labels of all series that an expression reads. */
function labelsBelow(node: Expression, { knowledge }: Scope): Set<string> {
  const selectors = [...walk(node)].filter(({ name }) => name === 'VectorSelector')
  return possibleNames(
    ...selectors.flatMap((selector) => {
      const known = knownSeries(readSelector(selector).metric ?? '', knowledge)
      return known === undefined ? [] : variantsOf(known)
    }),
  )
}

interface Grouping {
  /** The labels of `by`. */
  names: readonly Expression[]
  /** What is aggregated, and the label sets of its series. */
  inner: Expression
  sets: readonly LabelSet[]
}
