import type { Expression } from '../../promql/expression.ts'
import type { Arithmetic, Comparison } from './span.ts'

/** Comparisons and arithmetic, by the names of the grammar. */

const COMPARISONS = { Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=', Eql: '==', EqlC: '==', Neq: '!=' } as const
const ARITHMETIC = { Add: '+', Sub: '-', Mul: '*', Div: '/', Mod: '%', Pow: '^', Atan2: 'atan2' } as const

export const comparisonOf = (node: Expression): Comparison | undefined => operatorIn(node, COMPARISONS)
export const arithmeticOf = (node: Expression): Arithmetic | undefined => operatorIn(node, ARITHMETIC)

function operatorIn<Operator>(node: Expression, operators: Readonly<Record<string, Operator>>): Operator | undefined {
  return node.children.flatMap(({ name }) => (Object.hasOwn(operators, name) ? [operators[name]] : []))[0]
}
