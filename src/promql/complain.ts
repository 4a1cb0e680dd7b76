import type { Expression } from './expression.ts'
import type { ValueType } from './functions.ts'

/** Notes a problem at a node. */
export type Complain = (at: Pick<Expression, 'from' | 'to'>, message: string, next?: string) => void

/** What a part of an expression gives; `undefined` where a problem hides it, which is noted already. */
export type TypeOf = (node: Expression) => ValueType | undefined

/** A type of value in words. */
export const typeInWords: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a string',
}
