import { defined } from '../../base/defined.ts'
import { childOf, type Expression, groupingOf } from '../../promql/expression.ts'
import { type Place, type Problem, problem } from '../problem.ts'
import {
  alwaysHas,
  distinct,
  drop,
  keep,
  type LabelSet,
  mayHave,
  NAME,
  namesIn,
  narrowed,
  valuesOf,
  withValues,
} from './label-set.ts'
import { isNever, type LabelValues, meet } from './label-values.ts'

/** Vector matching: which series of two sides find each other. */

/** How the operands of an operator match. */
export function matchingOf(node: Expression): Matching {
  const clause = childOf(node, 'MatchingModifierClause')
  if (clause === undefined) return { on: false, labels: [], included: [] }
  const grouped = ['On', 'Ignoring'].some((name) => childOf(clause, name) !== undefined)
  const lists = clause.children.filter(({ name }) => name === 'GroupingLabels')
  const namesOf = (list: Expression | undefined) => groupingOf(list).map(({ text }) => text)
  const many = childOf(clause, 'GroupLeft') !== undefined ? 'left' : 'right'
  const oneToOne = many === 'right' && childOf(clause, 'GroupRight') === undefined
  return {
    on: childOf(clause, 'On') !== undefined,
    labels: grouped ? namesOf(lists[0]) : [],
    included: namesOf(lists[grouped ? 1 : 0]),
    ...(!oneToOne && { many }),
  }
}

/** Whether a label must agree. */
const isMatched = ({ on, labels }: Matching, label: string): boolean =>
  on ? labels.includes(label) : label !== NAME && !labels.includes(label)

/** The common values of every label that must agree; `undefined` when two series never match. */
function agreed(a: LabelSet, b: LabelSet, matching: Matching): Map<string, LabelValues> | undefined {
  const labels = matching.on ? matching.labels : [...namesIn(a, b)].filter((label) => isMatched(matching, label))
  const both = labels.map((label) => [label, meet(valuesOf(a, label), valuesOf(b, label))] as const)
  return both.some(([, values]) => isNever(values)) ? undefined : new Map(both)
}

/** Pairs of label sets that can match, each narrowed to what matches. */
function pairs({ left, right, matching }: Matched): [LabelSet, LabelSet][] {
  return left.flatMap((a) =>
    right.flatMap((b): [LabelSet, LabelSet][] => {
      const values = agreed(a, b, matching)
      const one = values && narrowedKeeping(a, values)
      const other = values && narrowedKeeping(b, values)
      return one === undefined || other === undefined ? [] : [[one, other]]
    }),
  )
}

/** A set narrowed to what the other side has; the number of its series stays. */
function narrowedKeeping(set: LabelSet, values: ReadonlyMap<string, LabelValues>): LabelSet | undefined {
  const made = narrowed(set, values)
  return made && { ...made, several: set.several }
}

/** The label sets of the result of arithmetic or a comparison; empty when nothing matches. */
export function matchedSets(sides: Matched, keepsName: boolean): readonly LabelSet[] {
  const { matching } = sides
  const made = pairs(sides).map(([a, b]) => {
    const [many, one] = matching.many === 'right' ? [b, a] : [a, b]
    if (matching.many !== undefined) {
      return matching.included.reduce((set, label) => withValues(set, label, valuesOf(one, label)), many)
    }
    if (matching.on) return keep(many, matching.labels)
    return drop(many, matching.labels)
  })
  return distinct(keepsName ? made : made.map((set) => drop(set, [NAME])))
}

/** The label sets of the left that match one of the right: `and`. */
export function partnered(sides: Matched): readonly LabelSet[] {
  return distinct(pairs(sides).map(([a]) => a))
}

/** Why two sides never match. */
export function noMatch(at: Place, { left, right, matching }: Matched): Problem {
  const all = namesIn(...left, ...right)
  const labels = (matching.on ? matching.labels : [...all].filter((label) => isMatched(matching, label))).filter(
    (label) => !left.some((a) => right.some((b) => !isNever(meet(valuesOf(a, label), valuesOf(b, label))))),
  )
  const onlyIn = (some: readonly LabelSet[], others: readonly LabelSet[]) =>
    labels.filter((label) => some.every((set) => alwaysHas(set, label)) && !others.some((set) => mayHave(set, label)))
  const [leftOnly, rightOnly] = [onlyIn(left, right), onlyIn(right, left)]
  const reasons = [
    ...(leftOnly.length > 0 ? [`only the left side has ${listed(leftOnly)}`] : []),
    ...(rightOnly.length > 0 ? [`only the right side has ${listed(rightOnly)}`] : []),
    ...labels
      .filter((label) => !leftOnly.includes(label) && !rightOnly.includes(label))
      .map((label) => `${label} is never the same on both sides`),
  ]
  const why = reasons.length === 0 ? 'their labels are never the same' : reasons.join(', ')
  const common = [...all].filter(
    (label) => !labels.includes(label) && [...left, ...right].every((set) => mayHave(set, label)),
  )
  const next =
    !matching.on && common.length > 0 ? `match by what both have: on (${common.sort().join(', ')})` : undefined
  const message = `no series of one side matches one of the other: ${why}`
  return { ...problem('no match', at, message), ...defined({ next }) }
}

/**
 * A label in which the side always has several series for one of the other: Prometheus refuses to choose, and the rule fails.
 * For `and`, `or`, `unless`, and on the many side, that is correct.
 */
export function ambiguousLabel(side: readonly LabelSet[], matching: Matching): string | undefined {
  const [first] = side
  return [...(first?.several ?? [])].find(
    (label) => !isMatched(matching, label) && side.every(({ several }) => several.has(label)),
  )
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** How the series of two sides match: `on (job) group_left (version)`. */
export interface Matching {
  /** Labels that must agree, or, without `on`, those that need not. */
  on: boolean
  labels: readonly string[]
  /** The side that may have several series for one of the other side. */
  many?: 'left' | 'right'
  included: readonly string[]
}

/** Two sides and how they match. */
export interface Matched {
  left: readonly LabelSet[]
  right: readonly LabelSet[]
  matching: Matching
}
