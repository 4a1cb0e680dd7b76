import { labelSet } from '../shape/label-set.ts'
import { ANY, oneOf, PRESENT } from '../shape/label-values.ts'
import { exactly } from '../shape/span.ts'
import type { KnownSeries } from './knowledge.ts'

/** The series that Prometheus itself writes. */

const ofAlert = { alertname: PRESENT, alertstate: oneOf('pending', 'firing') }

/** Series that Prometheus writes about alerts, with all labels of an alert, whether or not they exist at the moment. */
export const own: Readonly<Record<string, KnownSeries | undefined>> = {
  ALERTS: {
    labels: new Set(Object.keys(ofAlert)),
    everyMs: 0,
    variants: [labelSet(Object.entries(ofAlert), ANY)],
    span: exactly(1),
  },
  ALERTS_FOR_STATE: {
    labels: new Set(['alertname']),
    everyMs: 0,
    variants: [labelSet([['alertname', PRESENT]], ANY)],
  },
}

/** Series that Prometheus writes about each scrape. */
export const OF_A_SCRAPE = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const
