import type { DashboardDataQuery } from '../../contract.ts'

/** Which points of time a dashboard shows. */

/** The points of time at which a dashboard's queries are evaluated. */
export interface TimeWindow {
  startMs: number
  endMs: number
  stepMs: number
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Pauses between two points that people read easily. */
const STEPS_MS = [
  second / 2,
  ...[1, 2, 3, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 6, 12].map((n) => n * hour),
]
/** Of a series: more than a graph has room for. */
const MOST_POINTS = 400
/** A window that ends now moves on no more often than this: all who ask in between ask for the same. */
const MOVES_MS = 1 * second

/**
 * The window that is asked for. Its ends are multiples of its step, so that all who look at the same range ask for the same points.
 * `undefined` where the range begins after its end, or has only one of both.
 */
export function timeWindow(asked: DashboardDataQuery, clock: WindowClock): TimeWindow | undefined {
  const { fromMs, toMs } = asked
  const isFixed = fromMs !== undefined && toMs !== undefined
  if (isFixed ? fromMs >= toMs || toMs - fromMs > LONGEST_MS : fromMs !== undefined || toMs !== undefined)
    return undefined
  const rangeMs = isFixed ? toMs - fromMs : (asked.rangeMs ?? clock.rangeMs)
  const stepMs = niceStep(Math.max(clock.scrapeMs, asked.stepMs ?? 0, rangeMs / MOST_POINTS))
  const movesMs = isFixed ? stepMs : Math.max(MOVES_MS, stepMs)
  const endMs = floorTo(isFixed ? toMs : clock.nowMs, movesMs)
  return { startMs: floorTo(endMs - rangeMs, stepMs), endMs, stepMs }
}

/** What a window is made by. */
export interface WindowClock {
  scrapeMs: number
  /** Length of the range where none is asked for. */
  rangeMs: number
  nowMs: number
}

const LONGEST_MS = 31 * day

function niceStep(leastMs: number): number {
  return STEPS_MS.find((ms) => ms >= leastMs) ?? Math.ceil(leastMs / day) * day
}

function floorTo(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs
}
