/** What becomes of the result of an expression when one of several targets, all of them up, is lost. */
export interface Loss {
  /**
   * Its series. `empty`: there are none, before and after. `fewer`: those of the target end. `gone`: all may end. `more`: some appear.
   * `more at the last`: some appear when no target is left.
   */
  series: 'same' | 'empty' | 'fewer' | 'gone' | 'more' | 'more at the last' | 'unknown'
  /** The values of those that stay. */
  value: 'same' | 'lower' | 'higher' | 'unknown'
  /** The value while every target is up, where it is known. */
  good?: number
  /** It is a number of targets: of all, or of those that are up. */
  counted?: true
}

/** An expression that a lost target does not change. */
export const UNTOUCHED: Loss = { series: 'same', value: 'same' }

/** How a value moves with its sign changed. */
export const MOVED = { same: 'same', lower: 'higher', higher: 'lower', unknown: 'unknown' } as const

export function inverted({ series, value, good }: Loss): Loss {
  return { series, value: MOVED[value], ...(good === undefined ? {} : { good: -good }) }
}

type Comparison = 'Eql' | 'Neq' | 'Gtr' | 'Gte' | 'Lss' | 'Lte'

const HOLDS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  Eql: (a, b) => a === b,
  Neq: (a, b) => a !== b,
  Gtr: (a, b) => a > b,
  Gte: (a, b) => a >= b,
  Lss: (a, b) => a < b,
  Lte: (a, b) => a <= b,
}

/** A comparison keeps the series for which it holds. */
export function comparison(
  operator: Comparison,
  { left, right, isBool }: { left: Loss; right: Loss; isBool: boolean },
): Loss {
  const value = movedBy(left, right)
  if (isBool) return { series: left.series, value: value === 'same' ? 'same' : 'unknown' }
  const series = left.series === 'same' ? right.series : left.series
  if (value === 'unknown') return { series: 'unknown', value: 'unknown' }
  if (value === 'same') {
    const { good } = left
    if (good === undefined || right.good === undefined) return { series, value: left.value }
    return HOLDS[operator](good, right.good) ? { series, value: 'same', good } : { series: 'empty', value: 'same' }
  }
  // What counts targets is at least 1 as long as it is there at all.
  if (left.counted && right.good !== undefined && isBelowOne(operator, right.good))
    return { series: 'empty', value: 'same' }
  if (operator === 'Eql') return { series: 'unknown', value: 'unknown' }
  const wanted = value === 'lower' ? ['Lss', 'Lte', 'Neq'] : ['Gtr', 'Gte', 'Neq']
  return { series: wanted.includes(operator) ? 'more' : 'gone', value: left.value }
}

const isBelowOne = (operator: Comparison, bound: number): boolean =>
  (operator === 'Lss' && bound <= 1) || (operator === 'Lte' && bound < 1) || (operator === 'Eql' && bound < 1)

/** How the left side moves against the right one. */
function movedBy(left: Loss, right: Loss): Loss['value'] {
  const against = MOVED[right.value]
  if (left.value === 'same') return against
  return against === 'same' || against === left.value ? left.value : 'unknown'
}
