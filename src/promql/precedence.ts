import type { Expression } from './expression-node.ts'

/** Binds operators as Prometheus does. */

/** Operators, the loosest first; those of a row bind alike, from left to right but for the power. */
const ROWS = [
  ['Or'],
  ['And', 'Unless'],
  ['Eql', 'Gte', 'Gtr', 'Lte', 'Lss', 'Neq', 'TrimUpper', 'TrimLower'],
  ['Add', 'Sub'],
  ['Mul', 'Div', 'Mod', 'Atan2'],
  ['Pow'],
]
const POWER = ROWS.length - 1
/** A sign binds like a product: -a ^ 2 is -(a ^ 2). */
const SIGN = POWER - 1
const rowOf = ({ name }: Expression): number => ROWS.findIndex((row) => row.includes(name))

const POSTFIX = new Set([
  'OffsetExpr',
  'StepInvariantExpr',
  'MatrixSelector',
  'SubqueryExpr',
  'AnchoredExpr',
  'SmoothedExpr',
])

type Item =
  | { kind: 'operand'; node: Expression }
  | { kind: 'sign'; node: Expression }
  /** The operator, then `bool` and how vectors match. */
  | { kind: 'operator'; nodes: readonly Expression[] }
  /** `[5m]`, `offset 5m`, `@ 0`: a node without what it stands behind. */
  | { kind: 'postfix'; node: Expression }

/**
 * A tree in which operators bind as in Prometheus. The grammar takes `a + b offset 5m` for `(a + b) offset 5m`, and so for `[5m]`
 * and `@`: what stands behind an operand belongs to that operand alone. Only for a tree without errors.
 */
export function bindAsPrometheus(node: Expression, text: string): Expression {
  const itemsOf = (part: Expression): Item[] => {
    const [first, ...rest] = part.children
    const last = rest.at(-1)
    if (first !== undefined && POSTFIX.has(part.name)) return [...itemsOf(first), { kind: 'postfix', node: part }]
    if (first !== undefined && last !== undefined && part.name === 'UnaryExpr') {
      return [{ kind: 'sign', node: first }, ...itemsOf(last)]
    }
    if (first !== undefined && last !== undefined && part.name === 'BinaryExpr') {
      return [...itemsOf(first), { kind: 'operator', nodes: rest.slice(0, -1) }, ...itemsOf(last)]
    }
    return [{ kind: 'operand', node: bindAsPrometheus(part, text) }]
  }
  if (POSTFIX.has(node.name) || node.name === 'BinaryExpr' || node.name === 'UnaryExpr') {
    return new Binder(itemsOf(node), text).bind(0)
  }
  return { ...node, children: node.children.map((child) => bindAsPrometheus(child, text)) }
}

class Binder {
  readonly #items: readonly Item[]
  readonly #text: string
  #next = 0

  constructor(items: readonly Item[], text: string) {
    this.#items = items
    this.#text = text
  }

  /** The longest expression from here on of operators that bind at least so tightly. */
  bind(least: number): Expression {
    let left = this.#operand()
    for (let item = this.#items[this.#next]; item?.kind === 'operator'; item = this.#items[this.#next]) {
      const [operator] = item.nodes
      const row = operator === undefined ? 0 : rowOf(operator)
      if (row < least) break
      this.#next += 1
      left = this.#made('BinaryExpr', [left, ...item.nodes, this.bind(row === POWER ? row : row + 1)])
    }
    return left
  }

  #operand(): Expression {
    const item = this.#items[this.#next]
    if (item?.kind === 'sign') {
      this.#next += 1
      return this.#made('UnaryExpr', [item.node, this.bind(SIGN + 1)])
    }
    if (item?.kind !== 'operand') throw new Error('an operator without its operand')
    this.#next += 1
    let operand = item.node
    for (let after = this.#items[this.#next]; after?.kind === 'postfix'; after = this.#items[this.#next]) {
      this.#next += 1
      operand = this.#made(after.node.name, [operand, ...after.node.children.slice(1)], after.node.to)
    }
    return operand
  }

  #made(name: string, children: readonly Expression[], to = children.at(-1)?.to ?? 0): Expression {
    const from = children[0]?.from ?? 0
    return { name, from, to, text: this.#text.slice(from, to), children }
  }
}
