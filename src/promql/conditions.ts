import { type Expression, parseExpression, partsOf } from './expression.ts'

/**
 * What the expression of an alert is decided by: its comparisons with a constant. Those that must hold together have one number in
 * `either`; one such set is enough. Empty where there is no comparison: `absent(up)`.
 */
export function conditionsOf(expression: string): Condition[] {
  return alternativesOf(parseExpression(expression))
    .filter((conditions) => conditions.length > 0)
    .slice(0, MOST_ALTERNATIVES)
    .flatMap((conditions, either) => conditions.map((one) => ({ ...one, either })))
}

export interface Condition {
  /** What is compared. */
  expr: string
  operator: ComparisonOperator
  bound: number
  either: number
}

export type ComparisonOperator = (typeof COMPARISONS)[keyof typeof COMPARISONS]

/** By name of the node. */
const COMPARISONS = { Eql: '==', Neq: '!=', Gtr: '>', Gte: '>=', Lss: '<', Lte: '<=' } as const

/** With the constant on the left. */
const MIRRORED = { '==': '==', '!=': '!=', '>': '<', '>=': '<=', '<': '>', '<=': '>=' } as const

/** `(a or b) and (c or d) and …` doubles with each `and`. */
const MOST_ALTERNATIVES = 16

type Plain = Omit<Condition, 'either'>

function alternativesOf(node: Expression): Plain[][] {
  if (node.name !== 'BinaryExpr') {
    const inner = partsOf(node).map(alternativesOf)
    return inner.find((alternatives) => alternatives.some(({ length }) => length > 0)) ?? [[]]
  }
  const [left, operator, ...rest] = node.children
  const right = rest.at(-1)
  if (left === undefined || operator === undefined || right === undefined) return [[]]
  switch (operator.name) {
    case 'Or':
      return [...alternativesOf(left), ...alternativesOf(right)]
    case 'And':
      return bothOf(alternativesOf(left), alternativesOf(right))
    case 'Unless':
      return alternativesOf(left)
    default:
      return [[...comparisonOf(left, operator, right)]]
  }
}

function bothOf(left: Plain[][], right: Plain[][]): Plain[][] {
  return left.flatMap((one) => right.map((other) => [...one, ...other])).slice(0, MOST_ALTERNATIVES)
}

function comparisonOf(left: Expression, { name }: Expression, right: Expression): Plain[] {
  if (!Object.hasOwn(COMPARISONS, name)) return []
  const operator = COMPARISONS[name as keyof typeof COMPARISONS]
  const bound = constantOf(right)
  if (bound !== undefined) return [{ expr: left.text, operator, bound }]
  const mirrored = constantOf(left)
  return mirrored === undefined ? [] : [{ expr: right.text, operator: MIRRORED[operator], bound: mirrored }]
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
}

/** The value of what is made of numbers alone. */
function constantOf(node: Expression): number | undefined {
  const [first, operator, ...rest] = node.children
  const last = rest.at(-1)
  if (node.name === 'NumberDurationLiteral') return finite(Number(node.text))
  if (node.name === 'ParenExpr') {
    const [inner] = partsOf(node)
    return inner === undefined ? undefined : constantOf(inner)
  }
  if (node.name === 'UnaryExpr' && first !== undefined && operator !== undefined) {
    const value = constantOf(operator)
    return value === undefined ? undefined : first.text === '-' ? -value : value
  }
  if (node.name !== 'BinaryExpr' || first === undefined || last === undefined) return undefined
  const [a, b] = [constantOf(first), constantOf(last)]
  const count = ARITHMETIC[operator?.name ?? '']
  return a === undefined || b === undefined || count === undefined ? undefined : finite(count(a, b))
}

/** Without the last digits that are only arithmetic's: 14.4 * 0.001 is 0.0144. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : undefined
}
