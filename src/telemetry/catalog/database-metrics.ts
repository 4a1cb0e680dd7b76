import { QUERY_SECONDS } from './buckets.ts'
import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of a service's connections to PostgreSQL. */
export const databaseMetrics = {
  db_query_duration_seconds: {
    type: 'histogram',
    help: 'Time of a database operation, from the wait for a connection to the last row, failures included.',
    labels: ['operation'],
    buckets: QUERY_SECONDS,
  },
  db_query_errors_total: {
    type: 'counter',
    help: 'Database operations that failed because PostgreSQL could not be reached or did not answer in time.',
    labels: ['operation'],
  },
  db_pool_connections: {
    type: 'gauge',
    help: 'Connections of the pool: state "used" or "idle".',
    labels: ['state'],
  },
  db_pool_waiting: {
    type: 'gauge',
    help: 'Operations that wait for a connection of the pool.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>
