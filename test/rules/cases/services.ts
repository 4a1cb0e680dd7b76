import { watched } from '../../../src/stack/alerts/services.ts'
import type { RuleCases, Samples } from '../case.ts'

const minute = 60_000
const store = { service: 'store', kind: 'service', instance: 'store-1', job: 'store' }
const storeLabels = 'service="store",kind="service",instance="store-1",job="store"'
const up = `up{${storeLabels}}`
const duration = `scrape_duration_seconds{${storeLabels}}`

/** All that must be there, but for the store; each of them down, which is another alert's business. */
const others = (s: Samples) =>
  Object.fromEntries(watched.filter((name) => name !== 'store').map((name) => [`up{service="${name}"}`, s.always(0)]))
const memory = (bytes: number) => (s: Samples) => ({
  [`process_resident_memory_bytes{${storeLabels}}`]: s.always(bytes),
})

export const serviceCases = {
  'ServiceDown refused': {
    fires: {
      series: (s) => ({ [up]: s.until(2 * minute, 1, 0), [duration]: s.always(s.seconds(7_000)) }),
      atMs: 2 * minute,
      labels: store,
    },
    // It takes half the timeout to be refused: it is a matter of not answering.
    quiet: {
      series: (s) => ({ [up]: s.until(2 * minute, 1, 0), [duration]: s.always(s.seconds(7_500)) }),
      atMs: 2 * minute,
    },
  },
  'ServiceDown unresponsive': {
    fires: {
      series: (s) => ({ [up]: s.until(2 * minute, 1, 0), [duration]: s.always(s.seconds(15_000)) }),
      atMs: 3 * minute,
      labels: store,
    },
    quiet: {
      series: (s) => ({ [up]: s.until(2 * minute, 1, 0), [duration]: s.always(s.seconds(15_000)) }),
      atMs: 2.75 * minute,
    },
  },
  ServiceUnsettled: {
    fires: { series: (s) => ({ [up]: s.until(minute, 0, 1) }), atMs: 2.5 * minute, labels: store },
    quiet: { series: (s) => ({ [up]: s.until(minute, 0, 1) }), atMs: 3 * minute },
  },
  'ServiceUnsettled postgres': {
    fires: { series: (s) => ({ 'pg_up{service="postgres-exporter"}': s.until(minute, 0, 1) }), atMs: 6.5 * minute },
    quiet: { series: (s) => ({ 'pg_up{service="postgres-exporter"}': s.until(minute, 0, 1) }), atMs: 7 * minute },
  },
  'ServiceUnsettled redis': {
    fires: {
      series: (s) => ({ 'scrape_duration_seconds{service="redis-exporter"}': s.always(s.seconds(15_000)) }),
      atMs: minute,
    },
    quiet: {
      series: (s) => ({
        'scrape_duration_seconds{service="redis-exporter"}': s.always(s.seconds(14_000)),
        'redis_up{service="redis-exporter"}': s.always(1),
      }),
      atMs: minute,
    },
  },
  ServiceAbsent: {
    fires: {
      series: (s) => ({ ...others(s), [up]: `${s.until(minute, 1, 1).split(' ')[0]} stale` }),
      atMs: 6 * minute,
      labels: { service: 'store' },
    },
    quiet: {
      series: (s) => ({ ...others(s), [up]: `${s.until(minute, 1, 1).split(' ')[0]} stale` }),
      atMs: 5.75 * minute,
    },
  },
  ServiceHighMemory: {
    fires: { series: memory(512 * 1024 ** 2 + 1), atMs: minute, labels: store },
    quiet: { series: memory(512 * 1024 ** 2), atMs: 10 * minute },
  },
  ProbeFailed: {
    fires: {
      series: (s) => ({ 'probe_success{probed="store",instance="store-1"}': s.until(minute, 1, 0) }),
      atMs: 2 * minute,
      labels: { probed: 'store', service: 'store', instance: 'store-1' },
    },
    quiet: {
      series: (s) => ({ 'probe_success{probed="store",instance="store-1"}': s.until(minute, 1, 0) }),
      atMs: 1.75 * minute,
    },
  },
  EventLoopBlocked: {
    fires: {
      series: (s) => ({ [`nodejs_eventloop_lag_p99_seconds{${storeLabels}}`]: s.always(0.26) }),
      atMs: minute,
      labels: store,
    },
    quiet: {
      series: (s) => ({ [`nodejs_eventloop_lag_p99_seconds{${storeLabels}}`]: s.always(0.25) }),
      atMs: 10 * minute,
    },
  },
  QuotesStale: {
    fires: {
      series: (s) => ({
        'stock_stale{service="quotes",instance="quotes-1",symbol="AAPL"}': s.until(minute, 0, 1),
        'stock_stale{service="quotes",instance="quotes-1",symbol="MSFT"}': s.always(0),
      }),
      atMs: 2 * minute,
      labels: { service: 'quotes', instance: 'quotes-1' },
    },
    quiet: {
      series: (s) => ({ 'stock_stale{service="quotes",instance="quotes-1",symbol="AAPL"}': s.until(minute, 0, 1) }),
      atMs: 1.75 * minute,
    },
  },
  WorkerStalled: {
    fires: {
      series: (s) => ({ 'worker_lag_seconds{service="worker",instance="worker-1"}': s.always(5.1) }),
      atMs: minute,
      labels: { service: 'worker', instance: 'worker-1' },
    },
    quiet: {
      series: (s) => ({ 'worker_lag_seconds{service="worker",instance="worker-1"}': s.always(5) }),
      atMs: 10 * minute,
    },
  },
  AlertsRefused: {
    fires: {
      series: (s) => ({
        'responder_alerts_refused_total{service="responder",instance="responder-1",reason="unreadable"}':
          s.perMinute(1),
        'responder_truncated_alerts_total{service="responder",instance="responder-1"}': s.always(0),
      }),
      atMs: 5 * minute,
      labels: { service: 'responder', instance: 'responder-1' },
    },
    quiet: {
      series: (s) => ({
        'responder_alerts_refused_total{service="responder",instance="responder-1",reason="unreadable"}': s.always(3),
        'responder_truncated_alerts_total{service="responder",instance="responder-1"}': s.always(7),
      }),
      atMs: 5 * minute,
    },
  },
} as const satisfies Record<string, RuleCases>
