import type { LabelSet } from '../shape/label-set.ts'
import type { Span } from '../shape/span.ts'

export interface Knowledge {
  series: ReadonlyMap<string, KnownSeries>
  /** How long samples are kept, in milliseconds. */
  retentionMs: number
  /** How far back Prometheus looks for the last sample of a series, in milliseconds. */
  lookbackMs?: number
  /** The label sets of the targets, where a Prometheus can be queried. */
  targets?: readonly Readonly<Record<string, string>>[]
  /** There may be other series than these. */
  open?: boolean
}

/** What is known of all series of one name. */
export interface KnownSeries {
  /** Names of their labels. */
  labels: ReadonlySet<string>
  /** Time between two samples, in milliseconds. */
  everyMs: number
  /** Their label sets, where a Prometheus can be queried. */
  sets?: readonly { labels: Readonly<Record<string, string>>; everyMs: number }[]
  /** The label sets that they can have, without the name. Missing: any of `labels`, each with any value or absent. */
  variants?: readonly LabelSet[]
  /** The values that they can have. Missing: any. */
  span?: Span
  /** Of a histogram's buckets: the highest bound that is finite. */
  lastBound?: number
}
