import type { Knowledge } from './knowledge.ts'
import { childOf, type Expression, functionOf, groupingOf, partsOf, readSelector, unquote } from './syntax.ts'

/** Names of labels; `undefined` where they cannot be known. */
export type Labels = ReadonlySet<string> | undefined

const none: Labels = new Set()
const without = (labels: Labels, ...names: string[]): Labels =>
  labels && new Set([...labels].filter((name) => !names.includes(name)))
const union = (...all: Labels[]): Labels =>
  all.some((one) => one === undefined) ? undefined : new Set(all.flatMap((one) => [...(one ?? [])]))

/** Aggregations that pass series on as they are. */
const SELECTING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio'])
const WITHOUT_LABELS = new Set(['vector', 'scalar', 'time', 'pi'])

/** The labels that the series of an expression's result can have. */
export function labelsOf(node: Expression, knowledge: Knowledge): Labels {
  const [first, second] = partsOf(node)
  const of = (part: Expression | undefined): Labels => (part === undefined ? none : labelsOf(part, knowledge))
  switch (node.name) {
    case 'NumberDurationLiteral':
    case 'NumberLiteral':
      return none
    case 'VectorSelector': {
      const { metric } = readSelector(node)
      return metric === undefined ? undefined : knowledge.series.get(metric)?.labels
    }
    case 'AggregateExpr':
      return labelsOfAggregate(node, of)
    case 'FunctionCall':
      return labelsOfCall(node, of)
    case 'BinaryExpr':
      return labelsOfBinary(node, of(first), of(second))
    default:
      return of(first)
  }
}

type Of = (part: Expression | undefined) => Labels

function labelsOfAggregate(node: Expression, of: Of): Labels {
  const operator = childOf(node, 'AggregateOp')?.text.toLowerCase() ?? ''
  const modifier = childOf(node, 'AggregateModifier')
  const names = groupingOf(modifier).map(({ text }) => text)
  const inner = of(partsOf(node).at(-1))
  if (SELECTING.has(operator)) return inner
  const counted = operator === 'count_values' ? [...(childOf(node, 'FunctionCallBody')?.children ?? [])] : []
  const added = counted.filter(({ name }) => name === 'StringLiteral').map(({ text }) => unquote(text))
  if (modifier === undefined) return new Set(added)
  if (childOf(modifier, 'Without') !== undefined) return union(without(inner, ...names), new Set(added))
  return new Set([...names, ...added])
}

function labelsOfCall(node: Expression, of: Of): Labels {
  const name = functionOf(node) ?? ''
  const parts = partsOf(node)
  if (WITHOUT_LABELS.has(name)) return none
  if (name === 'absent' || name === 'absent_over_time') {
    const [inner] = parts
    if (inner === undefined) return none
    return new Set(readSelector(inner).matchers.flatMap(({ label, operator }) => (operator === '=' ? [label] : [])))
  }
  if (name === 'histogram_quantile') return without(of(parts[1]), 'le')
  if (name === 'label_replace' || name === 'label_join') {
    const made = childOf(node, 'FunctionCallBody')?.children.find((child) => child.name === 'StringLiteral')
    return union(of(parts[0]), new Set(made === undefined ? [] : [unquote(made.text)]))
  }
  return union(...parts.map(of))
}

function labelsOfBinary(node: Expression, left: Labels, right: Labels): Labels {
  const [leftPart, rightPart] = partsOf(node)
  if (childOf(node, 'Or') !== undefined) return union(left, right)
  if (childOf(node, 'And') !== undefined || childOf(node, 'Unless') !== undefined) return left
  if (isNumber(leftPart)) return right
  if (isNumber(rightPart)) return left
  const clause = childOf(node, 'MatchingModifierClause')
  if (clause === undefined) return left
  const [matching, included] = clause.children.filter(({ name }) => name === 'GroupingLabels')
  const names = groupingOf(matching).map(({ text }) => text)
  if (childOf(clause, 'GroupLeft') !== undefined)
    return union(left, new Set(groupingOf(included).map(({ text }) => text)))
  if (childOf(clause, 'GroupRight') !== undefined)
    return union(right, new Set(groupingOf(included).map(({ text }) => text)))
  return childOf(clause, 'On') !== undefined ? new Set(names) : without(left, ...names)
}

export function isNumber(node: Expression | undefined): boolean {
  if (node === undefined) return false
  if (/^Number/.test(node.name)) return true
  if (functionOf(node) === 'scalar' || functionOf(node) === 'time') return true
  return /ParenExpr|UnaryExpr/.test(node.name) && partsOf(node).every(isNumber)
}
