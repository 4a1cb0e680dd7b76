import {
  aggregationOf,
  argumentsOf,
  childOf,
  type Expression,
  functionOf,
  groupingOf,
  type Matcher,
  parseExpression,
  partsOf,
  readSelector,
} from '../expression.ts'
import { comparison, inverted, type Loss, MOVED, UNTOUCHED } from './loss.ts'

/**
 * Whether an alert can see that a target is lost: not down, but no longer there. A pod that is deleted is one: Prometheus drops its
 * target, and `up` does not go to 0 but ends. So `up == 0` sees nothing, `count(up) < 3` does.
 */
export function sightOfLoss(expression: string, isOurs: (matchers: readonly Matcher[]) => boolean): SightOfLoss {
  let found = false
  const scope: Scope = {
    isOurs: (node) => {
      const { metric, matchers } = readSelector(node)
      const ours = metric === 'up' && isOurs(matchers)
      found ||= ours
      return ours
    },
  }
  const { series } = lossOf(parseExpression(expression), scope)
  if (!found) return 'other'
  return series === 'more'
    ? 'sees'
    : series === 'unknown'
      ? 'unknown'
      : series === 'more at the last'
        ? 'last'
        : 'blind'
}

/**
 * `sees`: it fires when one of several targets is lost. `last`: only when none is left. `blind`: it does not. `other`: it does not look at
 * `up` of these targets. `unknown`: that cannot be read from its expression.
 */
export type SightOfLoss = 'sees' | 'last' | 'blind' | 'other' | 'unknown'

interface Scope {
  isOurs(selector: Expression): boolean
}

/** What becomes of an expression when, of several targets that are all up, one is lost. */
function lossOf(node: Expression, scope: Scope): Loss {
  const [inner] = partsOf(node)
  switch (node.name) {
    case 'NumberDurationLiteral':
    case 'NumberLiteral':
      return { ...UNTOUCHED, good: Number(node.text) }
    case 'VectorSelector':
      return scope.isOurs(node) ? { series: 'fewer', value: 'same', good: 1 } : UNTOUCHED
    case 'OffsetExpr': {
      // In the past it is still there.
      const now = inner === undefined ? UNTOUCHED : lossOf(inner, scope)
      return now.series === 'fewer' ? { ...now, series: 'same' } : now
    }
    case 'FunctionCall':
      return lossOfCall(node, scope)
    case 'AggregateExpr':
      return lossOfAggregate(node, scope)
    case 'BinaryExpr':
      return lossOfBinary(node, scope)
    case 'UnaryExpr': {
      const loss = inner === undefined ? UNTOUCHED : lossOf(inner, scope)
      return childOf(node, 'UnaryOp')?.text === '-' ? inverted(loss) : loss
    }
    default:
      return inner === undefined ? UNTOUCHED : lossOf(inner, scope)
  }
}

/** Functions whose result is 1 where every sample is 1, and of which the label sets stay. */
const KEEPING = /^(?:label_replace|label_join|sort|sort_desc|(?:last|min|max|avg|present)_over_time)$/

function lossOfCall(node: Expression, scope: Scope): Loss {
  const name = functionOf(node) ?? ''
  const parts = argumentsOf(node).map((one) => lossOf(one, scope))
  const touched = parts.find(({ series, value }) => series !== 'same' || value !== 'same')
  if (touched === undefined) return KEEPING.test(name) ? (parts[0] ?? UNTOUCHED) : UNTOUCHED
  if (name === 'absent' || name === 'absent_over_time') {
    if (touched.series === 'empty') return UNTOUCHED
    return { series: touched.series === 'gone' ? 'more' : 'more at the last', value: 'same' }
  }
  if (KEEPING.test(name) || name === 'scalar') return touched
  const { series, value } = touched
  if (/^(?:sum|count)_over_time$/.test(name)) return { series, value: 'lower' }
  return { series, value: value === 'same' ? 'same' : 'unknown' }
}

/** Labels of which each target has a value of its own. */
const OF_ONE_TARGET = ['instance', 'pod']

function lossOfAggregate(node: Expression, scope: Scope): Loss {
  const inner = argumentsOf(node)
    .map((one) => lossOf(one, scope))
    .find(({ series, value }) => series !== 'same' || value !== 'same')
  if (inner === undefined) return UNTOUCHED
  if (inner.series !== 'fewer') return inner.series === 'empty' ? inner : { ...inner, value: 'unknown' }
  const operation = aggregationOf(node)
  if (operation === 'count_values') return { series: 'unknown', value: 'unknown' }
  const { good } = inner
  const byTarget = isByTarget(node)
  if (byTarget === undefined) return { series: 'unknown', value: 'unknown' }
  // A group of each target ends with it.
  if (byTarget) return operation === 'count' ? { series: 'fewer', value: 'same', good: 1 } : inner
  if (operation === 'sum' || operation === 'count') return { series: 'same', value: 'lower', counted: true }
  if (operation === 'stddev' || operation === 'stdvar') return { series: 'same', value: 'same', good: 0 }
  return { series: 'same', value: inner.value, ...(good === undefined ? {} : { good }) }
}

/** Whether each target has a group of its own; `undefined` where that depends on which labels targets have. */
function isByTarget(node: Expression): boolean | undefined {
  const modifier = childOf(node, 'AggregateModifier')
  if (modifier === undefined) return false
  const labels = groupingOf(modifier).map(({ text }) => text)
  const named = OF_ONE_TARGET.filter((label) => labels.includes(label)).length
  if (!/^without\b/i.test(modifier.text)) return named > 0
  return named === 0 ? true : named === OF_ONE_TARGET.length ? false : undefined
}

function lossOfBinary(node: Expression, scope: Scope): Loss {
  const [first, operator, ...rest] = node.children
  const last = rest.at(-1)
  if (first === undefined || operator === undefined || last === undefined) return UNTOUCHED
  const [left, right] = [lossOf(first, scope), lossOf(last, scope)]
  const isBool = rest.some(({ name }) => name === 'BoolModifier')
  switch (operator.name) {
    case 'Or':
      return { ...left, series: likelier(left, right) }
    case 'And':
      return eitherEmpty(left, right) ?? { ...left, series: likelier(left, right) }
    case 'Unless':
      if (left.series === 'empty') return left
      if (right.series === 'fewer' || right.series === 'gone') return { ...left, series: 'more' }
      return right.series === 'unknown' || right.series.startsWith('more') ? { ...left, series: 'unknown' } : left
    case 'Eql':
    case 'Neq':
    case 'Gtr':
    case 'Gte':
    case 'Lss':
    case 'Lte':
      return eitherEmpty(left, right) ?? comparison(operator.name, { left, right, isBool })
    default:
      return eitherEmpty(left, right) ?? calculated(operator.name, left, right)
  }
}

const eitherEmpty = (left: Loss, right: Loss): Loss | undefined =>
  [left, right].find(({ series }) => series === 'empty')

/** What decides whether the alert can fire stands first. */
const LIKELIER = ['more', 'unknown', 'more at the last', 'fewer', 'gone', 'same', 'empty'] as const

function likelier(left: Loss, right: Loss): Loss['series'] {
  return LIKELIER.find((one) => left.series === one || right.series === one) ?? 'same'
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
}

function calculated(operator: string, left: Loss, right: Loss): Loss {
  // All of them are up, before and after.
  if (left.counted && right.counted && (operator === 'Div' || operator === 'Sub'))
    return { series: 'same', value: 'same', good: operator === 'Div' ? 1 : 0 }
  const { good: a } = left
  const { good: b } = right
  const count = ARITHMETIC[operator]
  const good = a === undefined || b === undefined || count === undefined ? undefined : count(a, b)
  const isMinus = operator === 'Sub' || operator === 'Div'
  const other = isMinus ? MOVED[right.value] : right.value
  const value = left.value === 'same' ? other : other === 'same' || other === left.value ? left.value : 'unknown'
  return {
    series: likelier(left, right),
    value: count === undefined && value !== 'same' ? 'unknown' : value,
    ...(good === undefined ? {} : { good }),
  }
}
