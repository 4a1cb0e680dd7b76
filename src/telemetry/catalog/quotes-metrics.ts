import { REQUEST_SECONDS } from './buckets.ts'
import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the prices and their stream. */
export const quotesMetrics = {
  stock_price: {
    type: 'gauge',
    help: 'Last good price, in its own currency; NaN before the first.',
    labels: ['symbol'],
  },
  stock_change_ratio: {
    type: 'gauge',
    help: 'Change since the close of the session before, as a ratio (0.01 is 1 %); NaN before the first price.',
    labels: ['symbol'],
  },
  stock_age_seconds: {
    type: 'gauge',
    help: 'Time since the source last confirmed the price; NaN before the first.',
    labels: ['symbol'],
  },
  stock_stale: {
    type: 'gauge',
    help: '1 while the price is older than QUOTES_STALE_AFTER, or the first one has not come for as long since the start; else 0.',
    labels: ['symbol'],
  },
  stock_fetches_total: {
    type: 'counter',
    help: 'Fetches by outcome: "complete", "partial" (some symbols had no believable price), "refused" (with Retry-After) or "failed".',
    labels: ['provider', 'outcome'],
  },
  stock_fetch_duration_seconds: {
    type: 'histogram',
    help: 'Time of a fetch from the source of prices, failures included.',
    labels: ['provider'],
    buckets: REQUEST_SECONDS,
  },
  stock_fetcher: {
    type: 'gauge',
    help: '1 while this replica fetches, because it holds the lease or because Redis is away; 0 while it follows another.',
    labels: [],
  },
  stock_breaker_state: {
    type: 'gauge',
    help: '1 for the state of this replica\'s breaker towards the source: "closed", "open" or "half_open"; 0 for the others.',
    labels: ['state'],
  },
  stock_stream_clients: {
    type: 'gauge',
    help: 'Clients of the live stream.',
    labels: [],
  },
  stock_stream_events_total: {
    type: 'counter',
    help: 'Writes to clients of the live stream, heartbeats included.',
    labels: [],
  },
  stock_stream_dropped_total: {
    type: 'counter',
    help: 'Clients of the live stream that were dropped because they read too slowly.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
