import { type AlertClock, type AlertDefinition, minute, scrapedLater } from './alert.ts'

/** Alerts about the services' processes and work. */

/** What Prometheus must have targets for. A target that is missing from its lists is not down: there is no sample of it at all. */
export const watched = ['quotes', 'store', 'worker', 'responder'] as const

/** A leak is repaired at this size, long before the kernel chooses a process to end: an idle replica takes 80 MiB, a busy one 250. */
const MEMORY_LIMIT_BYTES = 512 * 1024 ** 2

const down = 'up{kind=~"service|responder"} == 0'
const halfTimeout = ({ timing }: AlertClock) => timing.scrapeMs / 2 / 1_000

/**
 * A dead process refuses connections at once; a busy or hung one lets the scrape run into its timeout. `up` is 0 for
 * both, the scrape's duration distinguishes them. So a crash needs no waiting, and a missed scrape raises no false alarm.
 */
export const liveness: readonly AlertDefinition[] = [
  {
    alert: 'ServiceDown',
    seenOn: { dashboard: 'overview', panel: 'Up', ofService: true },
    severity: 'critical',
    labels: { reason: 'refused' },
    for: 'refusedForMs',
    expr: (clock) => `${down} and scrape_duration_seconds < ${halfTimeout(clock)}`,
    summary: '{{ $labels.instance }} is down',
    description: '{{ $labels.instance }} refuses connections: its process has ended.',
  },
  {
    alert: 'ServiceDown',
    seenOn: { dashboard: 'overview', panel: 'Up', ofService: true },
    severity: 'critical',
    labels: { reason: 'unresponsive' },
    for: 'unresponsiveForMs',
    expr: (clock) => `${down} and scrape_duration_seconds >= ${halfTimeout(clock)}`,
    summary: '{{ $labels.instance }} does not answer',
    description: '{{ $labels.instance }} accepts connections but does not answer: it hangs or is overloaded.',
  },
]

export const services: readonly AlertDefinition[] = [
  {
    alert: 'ServiceAbsent',
    seenOn: { dashboard: 'overview', panel: 'Up' },
    severity: 'critical',
    // Prometheus reads its lists of targets again every 5 s, and has none when it starts.
    for: 5 * minute,
    expr: () => watched.map((service) => `absent(up{service="${service}"})`).join(' or '),
    shows: () => ({ minMs: 0, maxMs: 5_000 }),
    summary: 'Prometheus knows of no replica of {{ $labels.service }}',
    description:
      '{{ $labels.service }} is scaled to nothing, or is missing from the lists of targets: its health is not known.',
  },
  {
    alert: 'ServiceHighMemory',
    seenOn: { dashboard: 'node', panel: 'Resident memory', ofService: true },
    severity: 'warning',
    for: 1 * minute,
    expr: () => `process_resident_memory_bytes{kind=~"service|responder"} > ${MEMORY_LIMIT_BYTES}`,
    summary: '{{ $labels.instance }} uses much memory',
    description: '{{ $labels.instance }} has {{ $value | humanize1024 }}B resident: it leaks, or hoards.',
  },
  {
    alert: 'ProbeFailed',
    seenOn: { dashboard: 'monitoring', panel: 'Probes from outside' },
    severity: 'critical',
    for: 1 * minute,
    expr: () => 'label_replace(probe_success == 0, "service", "$1", "probed", "(.+)")',
    shows: scrapedLater,
    summary: '{{ $labels.instance }} fails the probe from outside',
    description:
      'A request to {{ $labels.instance }} as a user would make it ({{ $labels.job }}) is not answered as it must be, whatever its own metrics say.',
  },
  {
    alert: 'EventLoopBlocked',
    seenOn: { dashboard: 'node', panel: 'Event loop lag p99', ofService: true },
    severity: 'warning',
    for: 1 * minute,
    expr: () => 'nodejs_eventloop_lag_p99_seconds > 0.25',
    summary: 'The event loop of {{ $labels.instance }} is blocked',
    description:
      'Timers of {{ $labels.instance }} are {{ $value | humanizeDuration }} late (p99): every request waits at least that long.',
  },
  {
    alert: 'QuotesStale',
    seenOn: { dashboard: 'stocks', panel: 'Age' },
    severity: 'critical',
    for: 1 * minute,
    expr: () => 'count by (service, instance) (stock_stale == 1)',
    // A price is stale at 15 s, and up to 5 s old when its source dies: the service's own clock, which no profile changes.
    shows: () => ({ minMs: 10_000, maxMs: 15_000 }),
    summary: '{{ $labels.instance }} serves old prices',
    description:
      '{{ $value }} prices of {{ $labels.instance }} are older than they may be: their source does not answer.',
  },
  {
    alert: 'WorkerStalled',
    seenOn: { dashboard: 'worker', panel: 'Lag by replica' },
    severity: 'critical',
    for: 1 * minute,
    // Seconds of the worker's own clock, which no profile changes: five missing batches.
    expr: () => 'worker_lag_seconds > 5',
    // The next batch is due within a second.
    shows: () => ({ minMs: 5_000, maxMs: 6_000 }),
    summary: '{{ $labels.instance }} books nothing',
    description: 'The batch of {{ $labels.instance }} that is due has been due for {{ $value | humanizeDuration }}.',
  },
  {
    alert: 'AlertsRefused',
    seenOn: { dashboard: 'responder', panel: 'Refused deliveries by reason' },
    severity: 'critical',
    for: 0,
    expr: ({ range }) => {
      const of = (counter: string) => `sum by (service, instance) (increase(${counter}[${range(5 * minute)}])) > 0`
      return `${of('responder_alerts_refused_total')} or ${of('responder_truncated_alerts_total')}`
    },
    summary: '{{ $labels.instance }} has left out alerts',
    description:
      '{{ $value | humanize }} alerts could not be read, or were beyond the first 1,000 of their group: they cause no repair.',
  },
]
