/** Bounds of a result, both included; NaN is always possible as well. */
export interface Span {
  readonly min: number
  readonly max: number
  /** Whether only whole numbers occur. */
  readonly whole?: boolean
}

export const ANYTHING: Span = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
export const POSITIVE: Span = { min: 0, max: Number.POSITIVE_INFINITY }
export const UNIT: Span = { min: 0, max: 1 }
/** 0 or 1. */
export const YES_OR_NO: Span = { min: 0, max: 1, whole: true }

export const exactly = (value: number): Span =>
  Number.isNaN(value) ? ANYTHING : { min: value, max: value, whole: Number.isInteger(value) }

export const hull = (a: Span, b: Span): Span => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
  whole: a.whole === true && b.whole === true,
})

/** The intersection of both; `undefined` when it is empty. */
export function common(a: Span, b: Span): Span | undefined {
  const whole = a.whole === true || b.whole === true
  const min = Math.max(a.min, b.min)
  const max = Math.min(a.max, b.max)
  const span = whole ? { min: Math.ceil(min), max: Math.floor(max), whole } : { min, max }
  return span.min <= span.max ? span : undefined
}

export const contains = (outer: Span, inner: Span): boolean => outer.min <= inner.min && outer.max >= inner.max

/**
 * The values of a mean, or of a value between two others: its calculation rounds. Between whole numbers a mean is exact, and between 0
 * and 1 every such value is.
 */
export function meanOf({ min, max }: Span, isExact: (value: number) => boolean = Number.isInteger): Span {
  const blur = (value: number, direction: 1 | -1) =>
    isExact(value) || !Number.isFinite(value) ? value : value + direction * Math.abs(value) * 1e-9
  return { min: blur(min, -1), max: blur(max, 1) }
}
export const isZeroOrOne = (value: number): boolean => value === 0 || value === 1

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'

/** The values that `a` and `b` can give together. Infinite ends mean that there is no bound: they do not produce `NaN`. */
export function calculated(a: Span, operator: Arithmetic, b: Span): Span {
  const whole = a.whole === true && b.whole === true
  switch (operator) {
    case '+':
      return { ...between([a.min + b.min, a.max + b.max]), whole }
    case '-':
      return { ...between([a.min - b.max, a.max - b.min]), whole }
    case '*':
      return { ...ofCorners(a, b, (x, y) => (x === 0 || y === 0 ? 0 : x * y)), whole }
    case '/':
      if (b.min > 0 || b.max < 0) return ofCorners(a, b, (x, y) => (Number.isFinite(y) ? x / y : 0))
      return a.min >= 0 && b.min >= 0 ? POSITIVE : ANYTHING
    case '%':
      return a.min >= 0 ? { min: 0, max: a.max, whole } : ANYTHING
    case '^':
      return a.min >= 0 ? POSITIVE : ANYTHING
    case 'atan2':
      return { min: -Math.PI, max: Math.PI }
  }
}

function ofCorners(a: Span, b: Span, of: (x: number, y: number) => number): Span {
  const values = [of(a.min, b.min), of(a.min, b.max), of(a.max, b.min), of(a.max, b.max)]
  return values.some(Number.isNaN) ? ANYTHING : between([Math.min(...values), Math.max(...values)])
}

const between = ([min, max]: [number, number]): Span => ({
  min: Number.isNaN(min) ? Number.NEGATIVE_INFINITY : min,
  max: Number.isNaN(max) ? Number.POSITIVE_INFINITY : max,
})

export type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!='

export const TURNED = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==', '!=': '!=' } as const

/** The values of `a` for which the comparison with some value of `b` can hold; `undefined` when there are none. */
export function filtered(a: Span, comparison: Comparison, b: Span): Span | undefined {
  switch (comparison) {
    case '>':
      return common(a, { min: next(b.min, 1), max: Number.POSITIVE_INFINITY })
    case '>=':
      return common(a, { min: b.min, max: Number.POSITIVE_INFINITY })
    case '<':
      return common(a, { min: Number.NEGATIVE_INFINITY, max: next(b.max, -1) })
    case '<=':
      return common(a, { min: Number.NEGATIVE_INFINITY, max: b.max })
    case '==':
      return common(a, b)
    case '!=':
      return a.min === a.max && b.min === b.max && a.min === b.min ? undefined : a
  }
}

/** The number beside this one, above it or below it: "more than 5" begins there. */
function next(value: number, direction: 1 | -1): number {
  if (value === Number.POSITIVE_INFINITY) return direction === 1 ? Number.NaN : Number.MAX_VALUE
  if (value === Number.NEGATIVE_INFINITY) return direction === -1 ? Number.NaN : -Number.MAX_VALUE
  if (value === 0) return direction * Number.MIN_VALUE
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(value > 0 ? direction : -direction))
  return bits.getFloat64(0)
}

/** "lies between 0 and 1", for messages. */
export function writeSpan({ min, max }: Span): string {
  const write = (value: number) => String(Number(value.toPrecision(12)))
  if (min === max) return `is always ${write(min)}`
  if (max === Number.POSITIVE_INFINITY) return `is never below ${write(min)}`
  if (min === Number.NEGATIVE_INFINITY) return `is never above ${write(max)}`
  return `lies between ${write(min)} and ${write(max)}`
}
