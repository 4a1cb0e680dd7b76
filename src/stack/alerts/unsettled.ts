import { type AlertDefinition, minute } from './alert.ts'

/** The alert that holds back others while a part is down or has just come back. */

const common = {
  alert: 'ServiceUnsettled',
  seenOn: { dashboard: 'overview', panel: 'Up' },
  severity: 'none',
  for: 0,
  summary: '{{ $labels.service }} is down or has just come back',
  description:
    'It notifies nobody: it inhibits the alerts that follow from an outage, until they no longer look back on it.',
} as const

/** Longer than every window in which a burst of errors fires an alert, and than several probes. */
const SERVICE_LOOK_BACK_MS = 2 * minute
/** For an outage of a store or of the proxy before it: error rate and latency look back 5 minutes, and show it for that long. */
const STORE_LOOK_BACK_MS = 6 * minute

const store = (service: string, metric: string): AlertDefinition => ({
  ...common,
  summary: `The service ${service} is down or has just come back`,
  labels: { service },
  expr: ({ range, timing }) => {
    const window = range(STORE_LOOK_BACK_MS)
    const duration = `scrape_duration_seconds{service="${service}-exporter"}`
    return `min_over_time(${metric}[${window}]) == 0 or max_over_time(${duration}[${window}]) >= ${timing.exporterScrapeMs / 2 / 1_000}`
  },
})

/**
 * The inhibitor: an outage ends with the first good scrape, its consequences do not. Without this alert each repair would notify
 * people of the errors of the outage that it has just ended.
 */
export const unsettled: readonly AlertDefinition[] = [
  {
    ...common,
    expr: ({ range }) => {
      const after = (kinds: string, ms: number) => `min_over_time(up{kind=~"${kinds}"}[${range(ms)}]) == 0`
      return `${after('service|responder', SERVICE_LOOK_BACK_MS)} or ${after('network', STORE_LOOK_BACK_MS)}`
    },
  },
  store('postgres', 'pg_up'),
  store('redis', 'redis_up'),
]
