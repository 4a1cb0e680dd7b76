import type { Expression } from '../../promql/expression.ts'
import { numberOf } from '../canonical.ts'
import { sumOf } from './aggregate-shape.ts'
import type { Shape } from './shape.ts'
import { ANYTHING, exactly, isZeroOrOne, meanOf, POSITIVE, type Span } from './span.ts'

/** The values that a function can have, from those of its vector. */
export function spanOfCall(call: Call, span: Span): Span {
  return SPANS[call.name]?.(span, call) ?? ANYTHING
}

type SpanOf = (span: Span, call: Call) => Span

const whole = (min: number, max: number): Span => ({ min, max, whole: true })
const same: SpanOf = (span) => span
const positive: SpanOf = () => POSITIVE
const positiveIfGiven: SpanOf = ({ min }) => (min >= 0 ? POSITIVE : ANYTHING)
const wave: SpanOf = () => ({ min: -1, max: 1 })

/** By function; a function that is missing can have any value. */
const SPANS: Readonly<Record<string, SpanOf>> = {
  rate: positiveIfGiven,
  irate: positiveIfGiven,
  increase: positiveIfGiven,
  resets: () => ({ ...POSITIVE, whole: true }),
  changes: () => ({ ...POSITIVE, whole: true }),
  count_over_time: () => whole(1, Number.POSITIVE_INFINITY),
  present_over_time: () => exactly(1),
  min_over_time: same,
  max_over_time: same,
  last_over_time: same,
  sort: same,
  sort_desc: same,
  label_replace: same,
  label_join: same,
  avg_over_time: (span) => meanOf(span),
  quantile_over_time: (span, { parts }) => {
    const share = numberOf(parts[0])
    return share !== undefined && share >= 0 && share <= 1 ? meanOf(span, isZeroOrOne) : ANYTHING
  },
  sum_over_time: (span) => ({ ...sumOf(span), whole: span.whole === true }),
  stddev_over_time: positive,
  stdvar_over_time: positive,
  timestamp: positive,
  exp: positive,
  sqrt: positive,
  abs: (span) => {
    const { min, max } = span
    return min >= 0 ? span : { min: 0, max: Math.max(Math.abs(min), Math.abs(max)), whole: span.whole === true }
  },
  ceil: ({ min, max }) => whole(Math.floor(min), Math.ceil(max)),
  floor: ({ min, max }) => whole(Math.floor(min), Math.ceil(max)),
  sgn: ({ min, max }) => whole(Math.sign(min), Math.sign(max)),
  clamp: (span, call) => atLeast(boundOf(call, 1), atMost(boundOf(call, 2), span)),
  clamp_min: (span, call) => atLeast(boundOf(call, 1), span),
  clamp_max: (span, call) => atMost(boundOf(call, 1), span),
  sin: wave,
  cos: wave,
  minute: () => whole(0, 59),
  hour: () => whole(0, 23),
  day_of_week: () => whole(0, 6),
  day_of_month: () => whole(1, 31),
  day_of_year: () => whole(1, 366),
  days_in_month: () => whole(28, 31),
  month: () => whole(1, 12),
}

function boundOf({ shapes }: Call, argument: number): Span {
  return shapes[argument]?.span ?? ANYTHING
}

/** The greater of a value and a bound, and the smaller: a bound that is calculated may lie anywhere in its span. */
const atLeast = (bound: Span, { min, max }: Span): Span => ({
  min: Math.max(min, bound.min),
  max: Math.max(max, bound.max),
})
const atMost = (bound: Span, { min, max }: Span): Span => ({
  min: Math.min(min, bound.min),
  max: Math.min(max, bound.max),
})

/** A call of a function: its arguments, and the shape of each. */
interface Call {
  name: string
  parts: readonly Expression[]
  shapes: readonly Shape[]
}
