/** A node of a parsed expression, and its text. */
export interface Expression {
  name: string
  text: string
  from: number
  to: number
  children: readonly Expression[]
}
