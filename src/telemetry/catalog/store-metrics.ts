import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the store and its transactions. */
export const storeMetrics = {
  items_created_total: {
    type: 'counter',
    help: 'Items created.',
    labels: [],
  },
  items_updated_total: {
    type: 'counter',
    help: 'Items given a new value.',
    labels: [],
  },
  items_deleted_total: {
    type: 'counter',
    help: 'Items deleted.',
    labels: [],
  },
  transactions_created_total: {
    type: 'counter',
    help: 'Transactions created over HTTP; a repeated idempotency key counts once.',
    labels: [],
  },
  transactions_replayed_total: {
    type: 'counter',
    help: 'Requests answered with the transaction that their idempotency key had created before.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
