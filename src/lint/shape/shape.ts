import type { Expression } from '../../promql/expression.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Problem } from '../problem.ts'
import { EMPTY, type LabelSet, UNKNOWN } from './label-set.ts'
import { ANYTHING, type Span } from './span.ts'

/** What is certain about the result of an expression. */
export interface Shape {
  scalar: boolean
  /** The label sets that its series can have, the metric's name among them. */
  sets: readonly LabelSet[]
  span: Span
  /** Why it never has a series, or, of a scalar, why it is always NaN; missing where it may have some. */
  never?: readonly Problem[]
  /** Of samples: the time between two of them, in milliseconds, in the slowest of the series. */
  everyMs?: number
  /** Of the buckets of a histogram: the highest bound that is finite. */
  lastBound?: number
}

/** What evaluation needs. */
export interface Scope {
  knowledge: Knowledge
  /** How often the rule is evaluated, in milliseconds. */
  evaluationMs: number
  /** Records a problem, also one in a part with which the rule may still fire. */
  note(problem: Problem): void
  shapeOf(node: Expression | undefined): Shape
}

export const vector = (sets: readonly LabelSet[], span: Span = ANYTHING): Shape => ({ scalar: false, sets, span })
export const scalar = (span: Span): Shape => ({ scalar: true, sets: [EMPTY], span })
export const UNKNOWN_VECTOR = vector([UNKNOWN])

/** A shape that is made of others: it has no series when they have none. */
export function madeOf(shape: Shape, ...parts: readonly Shape[]): Shape {
  const reasons = parts.flatMap(({ never }) => never ?? [])
  return reasons.length > 0 ? { ...shape, never: reasons } : shape
}
