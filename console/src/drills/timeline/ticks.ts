import type { TimeRange } from './time-range.ts'

/** A mark of the time axis. */
export interface Tick {
  atMs: number
  text: string
}

/** Marks at round times since zero, at most `most` of them: "0", "+2 s", "+1 min". */
export function ticksOf({ fromMs, toMs }: TimeRange, originMs: number, most: number): Tick[] {
  const length = toMs - fromMs
  const step = STEPS_MS.find((ms) => length / ms <= Math.max(2, most)) ?? Math.ceil(length / 2 / HOUR_MS) * HOUR_MS
  const first = Math.ceil((fromMs - originMs) / step)
  const last = Math.floor((toMs - originMs) / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const sinceMs = (first + index) * step
    return { atMs: originMs + sinceMs, text: textOf(sinceMs, step) }
  })
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const STEPS_MS = [
  ...[10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  HOUR_MS,
]

function textOf(sinceMs: number, stepMs: number): string {
  if (sinceMs === 0) return '0'
  const sign = sinceMs < 0 ? '-' : '+'
  const ms = Math.abs(sinceMs)
  if (stepMs >= MINUTE_MS) return `${sign}${ms / MINUTE_MS} min`
  const digits = stepMs >= SECOND_MS ? 0 : stepMs >= 100 ? 1 : 2
  if (ms < 2 * MINUTE_MS) return `${sign}${(ms / SECOND_MS).toFixed(digits)} s`
  return `${sign}${Math.floor(ms / MINUTE_MS)}:${((ms % MINUTE_MS) / SECOND_MS).toFixed(digits).padStart(2, '0')}`
}
