import { promDuration } from '../../base/units/duration.ts'
import { childOf, type Expression, partsOf } from '../../promql/expression.ts'
import { numberOf } from '../canonical.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import { type Problem, problem } from '../problem.ts'
import { rangeMsOf } from '../syntax.ts'
import { shapeOfAggregate } from './aggregate-shape.ts'
import { shapeOfBinary } from './binary-shape.ts'
import { shapeOfCall } from './call-shape.ts'
import { drop, NAME } from './label-set.ts'
import { shapeOfSelector } from './selector-shape.ts'
import { madeOf, type Scope, type Shape, scalar, UNKNOWN_VECTOR } from './shape.ts'
import { ANYTHING, calculated, exactly } from './span.ts'

/** Finds the shape of an expression's result, and all that is wrong in the expression. */
export function evaluate(top: Expression, knowledge: Knowledge, evaluationMs: number): Evaluated {
  const problems: Problem[] = []
  const shapes = new Map<Expression, Shape>()
  const scope: Scope = {
    knowledge,
    evaluationMs,
    note: (found) => problems.push(found),
    shapeOf: (node) => {
      if (node === undefined) return UNKNOWN_VECTOR
      const known = shapes.get(node)
      if (known !== undefined) return known
      const shape = shapeOfNode(node, scope)
      shapes.set(node, shape)
      return shape
    },
  }
  return { shape: scope.shapeOf(top), problems }
}

function shapeOfNode(node: Expression, scope: Scope): Shape {
  const [inner] = partsOf(node)
  switch (node.name) {
    case 'NumberDurationLiteral':
    case 'NumberLiteral': {
      const value = numberOf(node)
      return scalar(value === undefined ? ANYTHING : exactly(value))
    }
    case 'VectorSelector':
      return shapeOfSelector(node, scope)
    case 'AggregateExpr':
      return shapeOfAggregate(node, scope)
    case 'FunctionCall':
      return shapeOfCall(node, scope)
    case 'BinaryExpr':
      return shapeOfBinary(node, scope)
    case 'UnaryExpr':
      return negated(node, scope.shapeOf(inner))
    case 'MatrixSelector':
    case 'SubqueryExpr': {
      const shape = scope.shapeOf(inner)
      checkRetention(node, scope)
      return shape
    }
    case 'OffsetExpr':
      return shifted(node, scope.shapeOf(inner), scope)
    default:
      return scope.shapeOf(inner)
  }
}

function negated(node: Expression, shape: Shape): Shape {
  if (childOf(node, 'UnaryOp')?.text !== '-') return shape
  const span = calculated(exactly(0), '-', shape.span)
  return madeOf({ ...shape, span, sets: shape.sets.map((set) => drop(set, [NAME])) }, shape)
}

function checkRetention(node: Expression, { knowledge: { retentionMs }, note }: Scope): void {
  const rangeMs = rangeMsOf(node) ?? 0
  if (rangeMs <= retentionMs) return
  const message = `looks back ${promDuration(rangeMs)}, and samples are kept for ${promDuration(retentionMs)}`
  note(problem('beyond retention', node, message))
}

function shifted(node: Expression, shape: Shape, { knowledge: { retentionMs } }: Scope): Shape {
  const duration = childOf(node, 'OffsetDurationExpr')
  const offsetMs = duration && rangeMsOf({ ...node, children: [{ ...duration, name: 'DurationExpr' }] })
  if (offsetMs === undefined || offsetMs <= retentionMs) return shape
  const message = `looks at ${promDuration(offsetMs)} ago, and samples are kept for ${promDuration(retentionMs)}`
  return { ...shape, never: [...(shape.never ?? []), problem('beyond retention', node, message)] }
}

export interface Evaluated {
  shape: Shape
  problems: readonly Problem[]
}
