import { promDuration } from '../base/units/duration.ts'
import type { Sample, Series } from './prometheus-data.ts'

/** How Prometheus is asked for samples, and what its answers hold. */

/** The number that a value is which Prometheus writes as a text. */
export function parseSampleValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  return Number(text)
}

/** A moment in seconds, and a value. */
export type Pair = [number, string]

export interface QueryData {
  resultType: string
  result: { metric: Record<string, string>; value?: Pair; values?: Pair[] }[]
}

export function sampleOf([atSeconds, value]: Pair): Sample {
  return { atMs: Math.round(atSeconds * 1_000), value: parseSampleValue(value) }
}

export function seriesOf({ result }: QueryData): Series[] {
  return result.map(({ metric, values }) => ({ labels: metric, samples: (values ?? []).map(sampleOf) }))
}

/** VictoriaMetrics leaves the last 30 s out of its answers, unless it is asked not to; all others pass over this. */
export const AT_ONCE = { nocache: '1' }

/** Asks for a moment, in epoch milliseconds; for now, by the clock of the server, where there is none. */
export function momentOf(atMs: number | undefined): Record<string, string> {
  return atMs === undefined ? {} : { time: String(atMs / 1_000) }
}

/** Asks for the samples that a selector has in the time before a moment. */
export function windowOf(
  selector: string,
  { windowMs, atMs }: { windowMs: number; atMs?: number | undefined },
): Record<string, string> {
  return { query: `${selector}[${promDuration(Math.max(1, windowMs))}]`, ...momentOf(atMs), ...AT_ONCE }
}
