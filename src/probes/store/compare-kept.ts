import { formatLabels, type Labels, type Series } from '../prometheus-data.ts'

/**
 * What a store has of the samples that a Prometheus has, of the same series in the same window. `nowMs`: the end of that window. Pure.
 *
 * Prometheus sends samples in the order in which it has them, so that all of them are there until the first one that is missing. Where none
 * is, others may be on their way that are later than the newest one that is there.
 */
export function compareKept(own: readonly Series[], kept: readonly Series[], nowMs: number): Kept {
  const there = new Map(kept.map(({ labels, samples }) => [keyOf(labels), timesOf(samples)]))
  let firstMissingMs = Number.POSITIVE_INFINITY
  let newestMs = Number.NEGATIVE_INFINITY
  for (const { labels, samples } of own) {
    const times = there.get(keyOf(labels))
    for (const { atMs } of samples) {
      if (times?.has(atMs)) newestMs = Math.max(newestMs, atMs)
      else firstMissingMs = Math.min(firstMissingMs, atMs)
    }
  }
  const untilMs = Math.min(newestMs, firstMissingMs - 1)
  return {
    completeUntilMs: Number.isFinite(newestMs) ? untilMs : undefined,
    behindMs: Number.isFinite(firstMissingMs) ? Math.max(0, nowMs - firstMissingMs) : 0,
    foreign: foreignIn(own, kept),
  }
}

export interface Kept {
  /** The moment until which it has all; undefined when it has none of the samples. Epoch milliseconds. */
  completeUntilMs: number | undefined
  /** Since when a sample is missing, in milliseconds; 0 when none is. */
  behindMs: number
  /** Series in which others write, by their labels: those that Prometheus does not have, or has other samples of. */
  foreign: string[]
}

/** The most series that are named. */
const MOST_NAMED = 3

/** Samples from before Prometheus had its first one are of its data before it was removed. */
function foreignIn(own: readonly Series[], kept: readonly Series[]): string[] {
  const known = new Map(own.map(({ labels, samples }) => [keyOf(labels), samples]))
  const begunMs = Math.min(...own.flatMap(({ samples: [first] }) => first?.atMs ?? []))
  const foreign = kept.filter(({ labels, samples }) => {
    const mine = known.get(keyOf(labels))
    const times = timesOf(mine ?? [])
    const fromMs = mine?.[0]?.atMs ?? begunMs
    // Where a series has ended, some answer with a marker that is no number.
    return samples.some(({ atMs, value }) => atMs > fromMs && !Number.isNaN(value) && !times.has(atMs))
  })
  return foreign
    .slice(0, MOST_NAMED)
    .map(({ labels: { __name__: name = '', ...labels } }) => name + formatLabels(labels))
}

function timesOf(samples: Series['samples']): Set<number> {
  return new Set(samples.map(({ atMs }) => atMs))
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
