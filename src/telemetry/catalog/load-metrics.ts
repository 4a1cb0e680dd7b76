import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of a load, as control exposes them. */
export const loadMetrics = {
  firedrill_load_users: {
    type: 'gauge',
    help: 'Virtual users of the load that runs; 0 without one.',
    labels: [],
  },
  firedrill_load_saturated: {
    type: 'gauge',
    help: '1 while the load generator does not keep up, so that its figures prove nothing; else 0.',
    labels: [],
  },
  firedrill_load_lateness_seconds: {
    type: 'gauge',
    help: 'How late the load generator sends, 99th percentile of the run.',
    labels: [],
  },
  firedrill_load_requests_total: {
    type: 'counter',
    help: 'Requests of the load that was last run, as its users saw them.',
    labels: ['endpoint'],
  },
  firedrill_load_failures_total: {
    type: 'counter',
    help: 'Failed requests of the load that was last run, by cause: "refused", "timeout", "http 503".',
    labels: ['endpoint', 'cause'],
  },
  firedrill_load_latency_seconds: {
    type: 'gauge',
    help: 'Latency of the last second as users saw it: quantile "0.5", "0.95", "0.99" and "1" (the slowest).',
    labels: ['endpoint', 'quantile'],
  },
  firedrill_client_requests_total: {
    type: 'counter',
    help: 'Requests as their clients saw them, the users of drills and loads, by result: "good", "rejected" (4xx), "error" (5xx), "wrong" (a check failed), "unanswered" (refused, reset, timed out: in no metric of a service) or "unsent" (the client\'s own fault). Emitted by control.',
    labels: ['service', 'endpoint', 'result'],
  },
} as const satisfies Record<string, MetricDefinition>
