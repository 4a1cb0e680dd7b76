import type { LabelSet } from '../shape/label-set.ts'
import type { Span } from '../shape/span.ts'

/** What is known of all series of one name. */
export interface KnownSeries {
  /** Names of their labels. */
  labels: ReadonlySet<string>
  /** Time between two samples, in milliseconds. */
  everyMs: number
  /** Their label sets, where there is a Prometheus to ask. */
  sets?: readonly { labels: Readonly<Record<string, string>>; everyMs: number }[]
  /** What their label sets can be, the name aside. Left out: any of `labels`, each with any value or missing. */
  variants?: readonly LabelSet[]
  /** What their values can be. Left out: anything. */
  span?: Span
  /** Of a histogram's buckets: the highest bound that is finite. */
  lastBound?: number
}

export interface Knowledge {
  series: ReadonlyMap<string, KnownSeries>
  /** How long samples are kept, in milliseconds. */
  retentionMs: number
  /** How far back Prometheus looks for the last sample of a series, in milliseconds. */
  lookbackMs?: number
  /** The label sets of the targets, where there is a Prometheus to ask. */
  targets?: readonly Readonly<Record<string, string>>[]
  /** There may be other series than these. */
  open?: boolean
}
