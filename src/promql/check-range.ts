import { parsePromDuration } from '../base/units/duration.ts'
import { type Complain, type TypeOf, typeInWords } from './complain.ts'
import { childOf, type Expression } from './expression.ts'
import type { ValueType } from './functions.ts'
import { readNumber } from './number-literal.ts'

/** `x[5m]` and `x[5m:1m]`: what a range may stand behind, and durations that are some. */
export function checkRange(node: Expression, typeOf: TypeOf, complain: Complain): ValueType {
  for (const duration of node.children.filter(({ name }) => name === 'DurationExpr')) {
    checkDuration(duration, complain)
  }
  const [inner] = node.children
  if (inner === undefined) return 'matrix'
  if (node.name === 'SubqueryExpr') {
    const type = typeOf(inner)
    if (type !== undefined && type !== 'vector') {
      complain(inner, `a subquery is over an instant vector, and this is ${typeInWords[type]}`)
    }
    return 'matrix'
  }
  const shift = shiftOf(inner)
  if (shift !== undefined) complain(inner, `the range comes before ${shift}`, `x[5m] ${shift} …`)
  else if (inner.name !== 'VectorSelector') {
    complain(inner, 'only a selector can have a range', 'a subquery, for example [5m:]')
  }
  typeOf(inner)
  return 'matrix'
}

const SELECTORS = new Set(['VectorSelector', 'MatrixSelector', 'SubqueryExpr'])

/** `offset 5m` and `@ 0`: once each, behind a selector or a subquery. */
export function checkShift(node: Expression, typeOf: TypeOf, complain: Complain): ValueType | undefined {
  const [inner] = node.children
  if (inner === undefined) return undefined
  const shift = shiftOf(node) ?? ''
  let base = inner
  for (let before = shiftOf(base); before !== undefined; before = shiftOf(base)) {
    if (before === shift) complain(node, `${shift} is there twice`)
    base = base.children[0] ?? base
  }
  if (!SELECTORS.has(base.name)) complain(base, `${shift} belongs behind a selector, a range or a subquery`)
  const duration = childOf(node, 'OffsetDurationExpr')
  if (duration !== undefined) checkDuration(duration, complain)
  const time = childOf(node, 'NumberDurationLiteral')
  if (time !== undefined && !isTime(time.text)) complain(time, 'not a time: seconds since 1970, or start() or end()')
  return typeOf(inner)
}

function shiftOf({ name }: Expression): string | undefined {
  if (name === 'OffsetExpr') return 'offset'
  return name === 'StepInvariantExpr' ? '@' : undefined
}

/** In milliseconds, in 64 bits. */
const isTime = (text: string): boolean => Math.abs(readNumber(text) ?? Number.NaN) < 2 ** 63 / 1_000

function checkDuration(node: Expression, complain: Complain): void {
  const text = node.name === 'OffsetDurationExpr' ? node.text.replace(/^-\s*/, '') : node.text
  const ms = text === '0' ? undefined : parsePromDuration(text)
  if (ms === undefined) complain(node, 'not a duration', '5m, 1h30m, 1d, 2w')
  else if (ms === 0) complain(node, 'a duration of zero')
}
