import type { LoadHistoryView } from '../../../../src/api/contract.ts'
import type { TimeSeries } from '../../charts/chart.ts'

/** Two histories on one axis: the time since each began, in milliseconds. */
export function overlay(before: LoadHistoryView, after: LoadHistoryView): Overlay {
  const [first, second] = [sinceBegin(before), sinceBegin(after)]
  const timesMs = [...new Set([...first, ...second])].sort((a, b) => a - b)
  const place = (times: readonly number[]) => new Map(times.map((time, at) => [time, at]))
  const [inFirst, inSecond] = [place(first), place(second)]
  const read = (history: LoadHistoryView, places: ReadonlyMap<number, number>, value: Read) =>
    timesMs.map((time) => {
      const at = places.get(time)
      return at === undefined ? null : value(history, at)
    })
  return {
    timesMs,
    pair: (value) => [
      { name: 'before', values: read(before, inFirst, value), dashed: true },
      { name: 'after', values: read(after, inSecond, value) },
    ],
  }
}

export interface Overlay {
  timesMs: number[]
  /** One series of each history, by a function that reads the value at a place. */
  pair(value: Read): [TimeSeries, TimeSeries]
}

type Read = (history: LoadHistoryView, at: number) => number | null

/** Rounded to whole seconds, so that the seconds of both meet. */
function sinceBegin({ timesMs, spansMs }: LoadHistoryView): number[] {
  const beginMs = (timesMs[0] ?? 0) - (spansMs[0] ?? 0)
  return timesMs.map((time) => Math.round((time - beginMs) / 1_000) * 1_000)
}
