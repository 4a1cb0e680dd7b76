import { REQUEST_SECONDS } from './buckets.ts'
import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of every HTTP server of ours. */
export const httpMetrics = {
  http_requests_total: {
    type: 'counter',
    help: 'Requests answered, by route pattern; status 499 when the client went away first, route "unmatched" when there is none.',
    labels: ['method', 'route', 'status'],
  },
  http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the arrival of a request to the end of its response.',
    labels: ['method', 'route'],
    buckets: REQUEST_SECONDS,
  },
  http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests that have arrived and are not answered yet.',
    labels: ['method', 'route'],
  },
  http_exceptions_total: {
    type: 'counter',
    help: 'Requests that failed with an unexpected error: answered 500, and logged with the cause.',
    labels: ['method', 'route'],
  },
  http_requests_refused_total: {
    type: 'counter',
    help: 'Requests refused at once with 503 for want of room: reason "in_flight" (too many under way) or "database_queue" (would wait too long for a connection).',
    labels: ['reason'],
  },
  http_requests_expired_total: {
    type: 'counter',
    help: 'Requests answered 503 because their deadline came first.',
    labels: [],
  },
  nodejs_eventloop_active_seconds_total: {
    type: 'counter',
    help: 'Time the event loop spent working; its rate is the event loop utilisation (0-1).',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
