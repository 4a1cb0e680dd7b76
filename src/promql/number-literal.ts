/** Numbers of PromQL. */

const NUMBER = /^([+-]?)\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[\da-f]+|inf|nan)$/i

/** A number of an expression: decimal, hexadecimal, Inf or NaN, with or without its sign. `undefined` for a duration, and for one that is too large. */
export function readNumber(text: string): number | undefined {
  const [, sign, digits = ''] = NUMBER.exec(text) ?? []
  if (sign === undefined) return undefined
  const inWords = { inf: Number.POSITIVE_INFINITY, nan: Number.NaN }[digits.toLowerCase()]
  const value = inWords ?? Number(digits)
  if (inWords === undefined && !Number.isFinite(value)) return undefined
  return sign === '-' ? -value : value
}
