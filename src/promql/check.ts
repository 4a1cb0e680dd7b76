import { defined } from '../base/defined.ts'
import { checkBinary } from './check-binary.ts'
import { checkCall } from './check-call.ts'
import { checkRange, checkShift } from './check-range.ts'
import { checkSelector } from './check-selector.ts'
import { checkSyntax } from './check-syntax.ts'
import { type Complain, type TypeOf, typeInWords } from './complain.ts'
import { type Expression, parseExpression, partsOf } from './expression.ts'
import type { ValueType } from './functions.ts'

/** One reason why Prometheus refuses an expression. */
export interface PromqlProblem {
  message: string
  /** Where in the expression, counted in characters from 0. */
  from: number
  to: number
  /** What to do, most often a near name. */
  next?: string
}

export interface CheckedPromql {
  /** What the expression gives; left out where a problem hides it. A rule needs a scalar or a vector. */
  value?: ValueType
  /** Every reason to refuse it; empty for what Prometheus takes. */
  problems: PromqlProblem[]
}

/** Whether the Prometheus that ships takes an expression, and what the expression gives. */
export function checkPromql(text: string): CheckedPromql {
  const problems: PromqlProblem[] = []
  const complain: Complain = ({ from, to }, message, next) => problems.push({ message, from, to, ...defined({ next }) })

  const tree = parseExpression(text)
  checkSyntax(text, tree, complain)
  if (problems.length > 0) return { problems }
  const types = new Map<Expression, ValueType | undefined>()
  const typeOf: TypeOf = (node) => {
    if (!types.has(node)) types.set(node, typeOfNode(node, typeOf, complain))
    return types.get(node)
  }
  const top = partsOf(tree)[0] ?? tree.children.find(({ name }) => name === 'StringLiteral')
  const value = top && typeOf(top)
  problems.sort((a, b) => a.from - b.from)
  return { ...defined({ value }), problems }
}

function typeOfNode(node: Expression, typeOf: TypeOf, complain: Complain): ValueType | undefined {
  const [first] = partsOf(node)
  switch (node.name) {
    case 'NumberDurationLiteral':
      return 'scalar'
    case 'StringLiteral':
      return 'string'
    case 'VectorSelector':
      checkSelector(node, complain)
      return 'vector'
    case 'FunctionCall':
    case 'AggregateExpr':
      return checkCall(node, typeOf, complain)
    case 'BinaryExpr':
      return checkBinary(node, typeOf, complain)
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return checkRange(node, typeOf, complain)
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return checkShift(node, typeOf, complain)
    case 'UnaryExpr': {
      const operand = node.children.at(-1)
      const type = operand && typeOf(operand)
      if (type === 'matrix' || type === 'string') complain(node, `a sign before ${typeInWords[type]}`)
      return type
    }
    default: {
      const inner = first ?? node.children.find(({ name }) => name === 'StringLiteral')
      return inner && typeOf(inner)
    }
  }
}
