import type { DashboardData } from '../../contract.ts'

/**
 * The same data for a reader who has all of it up to `sinceMs`: only the values after that, and those of a few seconds before it, which
 * may have been incomplete when they were read. All of it where the reader's points of time are not those of this data.
 */
export function continued(data: DashboardData, sinceMs: number): DashboardData {
  const { fromMs, toMs, stepMs, panels } = data
  const overlapMs = Math.ceil(OVERLAP_MS / stepMs) * stepMs
  const fromHereMs = sinceMs - overlapMs
  const isOnGrid = (fromHereMs - fromMs) % stepMs === 0
  if (!isOnGrid || fromHereMs <= fromMs || sinceMs > toMs) return data
  const at = (fromHereMs - fromMs) / stepMs
  return {
    ...data,
    sinceMs: fromHereMs,
    panels: panels.map(({ series, ...panel }) => ({
      ...panel,
      // One value stands for the whole range.
      series: series.map((one) => (one.values.length === 1 ? one : { ...one, values: one.values.slice(at) })),
    })),
  }
}

/** A scrape that is late, and a rule that is evaluated after it, change what was read of the moments before. */
const OVERLAP_MS = 10_000
