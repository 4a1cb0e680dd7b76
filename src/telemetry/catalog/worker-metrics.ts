import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the worker. */
export const workerMetrics = {
  worker_batches_total: {
    type: 'counter',
    help: 'Batches by how they ended: "committed", "recovered" (an attempt whose answer was lost had committed) or "abandoned" (stopped before the outcome was known).',
    labels: ['outcome'],
  },
  worker_rows_total: {
    type: 'counter',
    help: 'Transactions in committed and recovered batches.',
    labels: [],
  },
  worker_retries_total: {
    type: 'counter',
    help: 'Attempts to insert a batch that failed and were tried again.',
    labels: [],
  },
  worker_lag_seconds: {
    type: 'gauge',
    help: 'How long the batch that is due has been due; 0 when all that was due is committed.',
    labels: [],
  },
  worker_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'Unix time of the last batch known to be committed; 0 before the first.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
