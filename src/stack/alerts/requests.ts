import { probeRoutes, streamRoutes } from '../../telemetry/routes.ts'
import { type AlertClock, type AlertDefinition, minute } from './alert.ts'

/** Alerts about the requests of users. */

/** Routes that people use: a failed probe is no failed user. */
const byUsers = `route!~"${probeRoutes.join('|')}"`
/** A stream lasts as long as its client stays; that is no latency. */
const answered = `route!~"${[...probeRoutes, ...streamRoutes].join('|')}"`
const failed = `${byUsers},status=~"5.."`

/** A ratio of very few requests means little; a count needs no clock. */
const enough = (window: string) => `sum by (service) (increase(http_requests_total{${byUsers}}[${window}])) >= 20`
const failuresPerSecond = ({ range }: AlertClock) =>
  `sum by (service) (rate(http_requests_total{${failed}}[${range(1 * minute)}]))`

/**
 * Errors and latency that users see, by service. The alerts on a rate look back 1 minute and must hold for as long or longer: a
 * single burst has left the window before they fire. ErrorCount is the alert for a burst.
 */
export const requests: readonly AlertDefinition[] = [
  {
    alert: 'APIHighLatency',
    seenOn: { dashboard: 'endpoints', panel: 'Duration p95 by route', ofService: true },
    severity: 'critical',
    for: 1 * minute,
    expr: ({ range }) => {
      const window = range(5 * minute)
      const buckets = `sum by (service, le) (rate(http_request_duration_seconds_bucket{${answered}}[${window}]))`
      return `histogram_quantile(0.95, ${buckets}) > 0.2 and ${enough(window)}`
    },
    // The slow requests must be a twentieth of the window's.
    shows: ({ scale }) => ({ minMs: scale(5 * minute) / 20, maxMs: scale(5 * minute) / 20 }),
    summary: '{{ $labels.service }} is slow',
    description:
      'One request in twenty to {{ $labels.service }} takes {{ $value | humanizeDuration }} or longer (p95).',
  },
  {
    alert: 'APIErrorRateHigh',
    seenOn: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
    severity: 'critical',
    for: 5 * minute,
    expr: ({ range }) => {
      const window = range(5 * minute)
      const all = `sum by (service) (rate(http_requests_total{${byUsers}}[${window}]))`
      return `sum by (service) (rate(http_requests_total{${failed}}[${window}])) / ${all} > 0.05 and ${enough(window)}`
    },
    summary: 'More than 5 % of the requests to {{ $labels.service }} fail',
    description: '{{ $value | humanizePercentage }} of the requests were answered with a 5xx status.',
  },
  {
    alert: 'HighErrorRate',
    seenOn: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
    severity: 'warning',
    for: 2 * minute,
    expr: (clock) => `${failuresPerSecond(clock)} > 0.1`,
    summary: 'Requests to {{ $labels.service }} keep failing',
    description: '{{ $value | humanize }} requests a second to {{ $labels.service }} are answered with a 5xx status.',
  },
  {
    alert: 'CriticalErrorRate',
    seenOn: { dashboard: 'endpoints', panel: 'Error ratio by route', ofService: true },
    severity: 'critical',
    for: 1 * minute,
    expr: (clock) => `${failuresPerSecond(clock)} > 0.5`,
    summary: 'Many requests to {{ $labels.service }} fail',
    description: '{{ $value | humanize }} requests a second to {{ $labels.service }} are answered with a 5xx status.',
  },
  {
    alert: 'ErrorCount',
    seenOn: { dashboard: 'endpoints', panel: 'Status distribution', ofService: true },
    severity: 'warning',
    for: 0,
    expr: ({ range }) => `sum by (service) (increase(http_requests_total{${failed}}[${range(1 * minute)}])) > 10`,
    summary: 'A burst of errors from {{ $labels.service }}',
    description:
      "{{ $value | humanize }} requests to {{ $labels.service }} failed within a minute (of the profile's clock).",
  },
]
