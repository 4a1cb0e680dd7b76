import type { Sample } from '../../../probes/prometheus.ts'

/** Spans of time, from samples on a grid. */

/** A range of time in steps. Both ends stand on the grid, in epoch milliseconds. */
export interface Grid {
  fromMs: number
  toMs: number
  stepMs: number
}

export interface Span {
  fromMs: number
  toMs: number
  /** Whether it has not ended. */
  lasts: boolean
}

/** The last `rangeMs` in at most `steps` steps: the same for all who ask within a step, so that they share an answer. */
export function gridOf(nowMs: number, rangeMs: number, { steps, leastMs }: { steps: number; leastMs: number }): Grid {
  const exactMs = Math.max(leastMs, rangeMs / steps)
  const stepMs = NICE_MS.find((ms) => ms >= exactMs) ?? Math.ceil(exactMs / DAY_MS) * DAY_MS
  const toMs = Math.floor(nowMs / stepMs) * stepMs
  return { fromMs: toMs - Math.ceil(rangeMs / stepMs) * stepMs, toMs, stepMs }
}

/**
 * When something was there, from samples of `max_over_time(x[step])`, which looks back one step: it began within the step before
 * its first sample.
 */
export function spansOf(samples: readonly Sample[], { fromMs, toMs, stepMs }: Grid): Span[] {
  const spans: Span[] = []
  for (const { atMs, value } of samples) {
    if (!(value > 0)) continue
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs < 1.5 * stepMs) last.toMs = atMs
    else spans.push({ fromMs: Math.max(fromMs, atMs - stepMs), toMs: atMs, lasts: false })
  }
  const last = spans.at(-1)
  if (last !== undefined) last.lasts = last.toMs > toMs - stepMs / 2
  return spans
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Steps that a person reads easily. */
const NICE_MS = [
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * HOUR_MS),
]
