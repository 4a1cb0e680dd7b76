import type { Sample, Series } from './prometheus-data.ts'

/** Reads the samples of an answer of Prometheus. */

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
