/** When the arrivals of the open model are due. */

/** The forms that an arrival rate can have over a run. */
export const shapes = {
  constant: 'the same rate all the time',
  stepped: 'five equal steps, from a fifth of the rate to all of it',
  ramp: 'from nothing to the rate, evenly',
  spike: 'a fifth of the rate, and all of it during the third fifth of the time',
} as const

export type Shape = keyof typeof shapes

/** Computes when the arrivals of an open model are due. */
export function makePacing(options: PacingOptions): Pacing {
  const stretches = stretchesOf(options)
  const last = stretches.at(-1)
  const total = last === undefined ? 0 : Math.floor(last.before + areaOf(last, last.lengthMs) + 1e-6)
  const at = (elapsedMs: number) =>
    stretches.find(({ startMs, lengthMs }) => elapsedMs < startMs + lengthMs) ?? stretches.at(-1)
  return {
    total,
    dueBy(elapsedMs) {
      const stretch = at(elapsedMs)
      if (stretch === undefined || elapsedMs < 0) return 0
      const inside = Math.min(stretch.lengthMs, elapsedMs - stretch.startMs)
      // The first one is due at once, when there is a rate at once.
      return Math.min(total, Math.floor(stretch.before + areaOf(stretch, inside) + 1e-9) + 1)
    },
    timeOf(arrival) {
      if (arrival >= total) return Number.POSITIVE_INFINITY
      const stretch = stretches.findLast(({ before }) => before <= arrival) ?? stretches[0]
      return stretch === undefined ? 0 : stretch.startMs + timeWithin(stretch, arrival - stretch.before)
    },
    rateAt(elapsedMs) {
      const stretch = at(elapsedMs)
      if (stretch === undefined || elapsedMs < 0 || elapsedMs > options.durationMs) return 0
      const share = (elapsedMs - stretch.startMs) / stretch.lengthMs
      return (stretch.fromRate + share * (stretch.toRate - stretch.fromRate)) * 1_000
    },
  }
}

/** Corners of the rate of a shape over time: shares of the duration, and of the highest rate. */
export function outlineOf(shape: Shape): (readonly [time: number, rate: number])[] {
  return stretchesOf({ shape, ratePerSecond: 1_000, durationMs: 1 }).flatMap(
    ({ startMs, lengthMs, fromRate, toRate }) => [[startMs, fromRate] as const, [startMs + lengthMs, toRate] as const],
  )
}

function stretchesOf({ shape, ratePerSecond, durationMs }: PacingOptions): Stretch[] {
  const full = ratePerSecond / 1_000
  const fifth = durationMs / 5
  const rates: [lengthMs: number, fromRate: number, toRate: number][] = {
    constant: [[durationMs, full, full] as [number, number, number]],
    stepped: [1, 2, 3, 4, 5].map((n): [number, number, number] => [fifth, (full * n) / 5, (full * n) / 5]),
    ramp: [[durationMs, 0, full] as [number, number, number]],
    spike: [full / 5, full / 5, full, full / 5, full / 5].map((rate): [number, number, number] => [fifth, rate, rate]),
  }[shape]
  const stretches: Stretch[] = []
  let startMs = 0
  let before = 0
  for (const [lengthMs, fromRate, toRate] of rates) {
    stretches.push({ startMs, lengthMs, fromRate, toRate, before })
    startMs += lengthMs
    before += (lengthMs * (fromRate + toRate)) / 2
  }
  return stretches
}

/** Arrivals in the first `ms` of a stretch: the area below its rate. */
function areaOf({ lengthMs, fromRate, toRate }: Stretch, ms: number): number {
  return fromRate * ms + ((toRate - fromRate) * ms * ms) / (2 * lengthMs)
}

/** The inverse of `areaOf`: rate·t + slope·t²/2 = area, solved for t in the form that also holds for slope 0. */
function timeWithin({ lengthMs, fromRate, toRate }: Stretch, area: number): number {
  const slope = (toRate - fromRate) / lengthMs
  return area <= 0 ? 0 : (2 * area) / (fromRate + Math.sqrt(fromRate * fromRate + 2 * slope * area))
}

export interface PacingOptions {
  shape: Shape
  /** The highest rate, in arrivals per second. */
  ratePerSecond: number
  durationMs: number
}

/** When the arrivals of an open model are due. A function of values: no clock. */
export interface Pacing {
  /** Arrivals over the whole run. */
  readonly total: number
  /** How many are due by then. */
  dueBy(elapsedMs: number): number
  /** When the arrival with this number, from 0, is due: milliseconds since the start. Infinity beyond the last. */
  timeOf(arrival: number): number
  /** Arrivals per second at that time. */
  rateAt(elapsedMs: number): number
}

/** A stretch of time in which the rate goes evenly from one value to another. */
interface Stretch {
  startMs: number
  lengthMs: number
  /** Arrivals per millisecond. */
  fromRate: number
  toRate: number
  /** Arrivals before this stretch. */
  before: number
}
