import { type Complain, type TypeOf, typeInWords } from './complain.ts'
import { childOf, type Expression, groupingOf, partsOf } from './expression.ts'
import type { ValueType } from './functions.ts'

/** Checks an operator with two operands. */

const SET_OPERATORS = new Set(['And', 'Or', 'Unless'])
const COMPARISONS = new Set(['Eql', 'Gte', 'Gtr', 'Lte', 'Lss', 'Neq'])

/** An operator between two sides: what each may be, where `bool` may stand, and how vectors may match. */
export function checkBinary(node: Expression, typeOf: TypeOf, complain: Complain): ValueType | undefined {
  const [left, right] = operandsOf(node)
  const operator = node.children.find(({ name }) => name !== left?.name && name !== 'StringLiteral')
  if (left === undefined || right === undefined || operator === undefined) return undefined
  const sides = [left, right].map((side) => ({ side, type: typeOf(side) }))
  for (const { side, type } of sides) {
    if (type !== 'matrix' && type !== 'string') continue
    complain(side, `${operator.text} is between scalars and instant vectors, and this is ${typeInWords[type]}`)
  }
  const scalars = sides.filter(({ type }) => type === 'scalar')
  const vectors = sides.filter(({ type }) => type === 'vector')
  const isSet = SET_OPERATORS.has(operator.name)
  const bool = childOf(node, 'BoolModifier')
  if (bool !== undefined && !COMPARISONS.has(operator.name)) complain(bool, 'bool belongs to comparisons only')
  if (bool === undefined && COMPARISONS.has(operator.name) && scalars.length === 2) {
    complain(node, 'a comparison of two scalars needs bool', `${operator.text} bool`)
  }
  if (isSet) {
    for (const { side } of scalars) {
      complain(side, `${operator.text} is between instant vectors, and this is a scalar`, 'vector(…)')
    }
  }
  checkMatching(childOf(node, 'MatchingModifierClause'), { isSet, vectors: vectors.length === 2, complain })
  if (sides.some(({ type }) => type === undefined)) return undefined
  return scalars.length === 2 ? 'scalar' : 'vector'
}

/** Both sides, texts too. */
function operandsOf(node: Expression): Expression[] {
  const [first, last] = [node.children[0], node.children.at(-1)]
  return first === undefined || last === undefined ? partsOf(node) : [first, last]
}

function checkMatching(
  clause: Expression | undefined,
  { isSet, vectors, complain }: { isSet: boolean; vectors: boolean; complain: Complain },
): void {
  if (clause === undefined) return
  const [matching, included] = clause.children.filter(({ name }) => name === 'GroupingLabels')
  const names = groupingOf(matching)
  const group = childOf(clause, 'GroupLeft') ?? childOf(clause, 'GroupRight')
  if (!vectors && names.length > 0) complain(clause, 'only two instant vectors can be matched by labels')
  if (vectors && isSet && group !== undefined) complain(group, `${group.text} does not go with and, or and unless`)
  if (childOf(clause, 'On') === undefined) return
  for (const both of groupingOf(included).filter(({ text }) => names.some((name) => name.text === text))) {
    complain(both, `${both.text} stands in on and in ${group?.text ?? 'the group'}`)
  }
}
