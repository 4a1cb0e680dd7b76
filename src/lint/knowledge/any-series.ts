import { UNKNOWN } from '../shape/label-set.ts'
import { POSITIVE, YES_OR_NO } from '../shape/span.ts'
import type { Knowledge, KnownSeries } from './knowledge.ts'
import { OF_A_SCRAPE } from './prometheus-series.ts'

/** What is known of a system that cannot be queried: only what holds for every Prometheus. */
export const ANY_SERIES: Knowledge = {
  open: true,
  retentionMs: Number.POSITIVE_INFINITY,
  series: new Map(
    OF_A_SCRAPE.map((name): [string, KnownSeries] => [
      name,
      { labels: new Set(), everyMs: 0, variants: [UNKNOWN], span: name === 'up' ? YES_OR_NO : POSITIVE },
    ]),
  ),
}
