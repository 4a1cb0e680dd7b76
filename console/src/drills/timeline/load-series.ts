import type { Story } from '../story/story.ts'

/** The load of a run as lines with steps: each second has one value. */
export interface LoadSeries {
  timesMs: number[]
  good: (number | null)[]
  failed: (number | null)[]
  p95Ms: (number | null)[]
}

type Load = NonNullable<Story['series']>['load']

/** Each second twice, at its begin and just before its end, so that a line through them shows the second as it was counted. */
export function loadSeries(load: Load | undefined, startMs: number): LoadSeries {
  const { requests = [], failures = [], p95Ms = [] } = load ?? {}
  const twice = <Value>(values: readonly Value[]): Value[] => values.flatMap((value) => [value, value])
  return {
    timesMs: requests.flatMap((_, second) => [startMs + second * 1_000, startMs + second * 1_000 + 999]),
    good: twice(requests.map((count, second) => count - (failures[second] ?? 0))),
    failed: twice(requests.map((_, second) => failures[second] ?? 0)),
    p95Ms: twice(requests.map((_, second) => p95Ms[second] ?? null)),
  }
}
