import { BytesIEC, NoUnit, OpsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { chosen, quantile, rate } from '../selectors.ts'

/** PostgreSQL, and how services use it. */

const DURATION = 'db_query_duration_seconds'
const errors = `db_query_errors_total{${chosen}}`

export const database: DashboardSpec = {
  uid: 'firedrill-database',
  title: 'Database',
  description: 'How long operations on PostgreSQL take, as the services see them, and whether their pools suffice.',
  tags: ['storage'],
  choices: { series: `${DURATION}_count`, labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Query p95',
        description: 'Nineteen in twenty operations were faster, the wait for a connection included.',
        unit: Seconds,
        width: 6,
        limits: { warn: 0.05, bad: 0.1 },
        queries: [{ expr: quantile(0.95, DURATION, { matchers: chosen }), legend: 'p95' }],
      }),
      figure({
        title: 'Operations',
        description: 'Operations on the database per second.',
        unit: OpsPerSecond,
        width: 6,
        queries: [{ expr: rate(`${DURATION}_count{${chosen}}`), legend: 'operations' }],
      }),
      figure({
        title: 'Failed operations',
        description:
          'Operations per second that failed because PostgreSQL could not be reached or did not answer in time.',
        unit: OpsPerSecond,
        width: 6,
        limits: { bad: 0.1 },
        queries: [{ expr: rate(errors), legend: 'failed' }],
      }),
      figure({
        title: 'Waiting for a connection',
        description: 'Operations that wait for a connection of their pool now.',
        unit: NoUnit,
        width: 6,
        limits: { warn: 1, bad: 10 },
        queries: [{ expr: `sum(db_pool_waiting{${chosen}})`, legend: 'waiting' }],
      }),
    ],
    Operations: [
      graph({
        title: 'Query duration',
        description: 'Time of an operation, from the wait for a connection to the last row, failures included.',
        unit: Seconds,
        min: 0,
        queries: [0.5, 0.95, 0.99].map((share) => ({
          expr: quantile(share, DURATION, { matchers: chosen }),
          legend: `p${share * 100}`,
        })),
      }),
      graph({
        title: 'Query duration p95 by operation',
        description: 'Nineteen in twenty operations of a kind were faster.',
        unit: Seconds,
        min: 0,
        queries: [
          {
            expr: quantile(0.95, DURATION, { matchers: chosen, by: 'service, operation' }),
            legend: '{{service}} {{operation}}',
          },
        ],
      }),
      graph({
        title: 'Operation rate',
        description: 'Operations per second by kind.',
        unit: OpsPerSecond,
        min: 0,
        queries: [
          { expr: rate(`${DURATION}_count{${chosen}}`, 'service, operation'), legend: '{{service}} {{operation}}' },
        ],
      }),
      graph({
        title: 'Failed operations by kind',
        description:
          'Operations per second that failed because PostgreSQL could not be reached or did not answer in time.',
        unit: OpsPerSecond,
        min: 0,
        queries: [{ expr: rate(errors, 'service, operation'), legend: '{{service}} {{operation}}' }],
      }),
    ],
    Server: [
      graph({
        title: 'Transactions of the server',
        description: 'Transactions per second that PostgreSQL committed and rolled back, for all clients.',
        unit: OpsPerSecond,
        min: 0,
        queries: [
          { expr: 'rate(pg_database_commits_total[$__rate_interval])', legend: 'committed', exporter: true },
          { expr: 'rate(pg_database_rollbacks_total[$__rate_interval])', legend: 'rolled back', exporter: true },
        ],
      }),
      graph({
        title: 'Sessions of the server',
        description: 'Sessions of all services, and how many PostgreSQL allows.',
        unit: NoUnit,
        min: 0,
        queries: [
          { expr: 'pg_database_connections', legend: 'sessions', exporter: true },
          { expr: 'pg_database_max_connections', legend: 'allowed', exporter: true },
        ],
      }),
      graph({
        title: 'Blocks found in memory',
        description: 'Share of the blocks that were read without asking the disk. Without reads there is no share.',
        unit: PercentUnit,
        min: 0,
        max: 1,
        queries: [
          {
            expr: 'rate(pg_database_blocks_hit_total[$__rate_interval]) / (rate(pg_database_blocks_hit_total[$__rate_interval]) + rate(pg_database_blocks_read_total[$__rate_interval]) > 0)',
            legend: 'in memory',
            exporter: true,
          },
        ],
      }),
      graph({
        title: 'Size on disk',
        description: 'Size of the database with its indexes.',
        unit: BytesIEC,
        min: 0,
        queries: [{ expr: 'pg_database_bytes', legend: '{{datname}}', exporter: true }],
      }),
    ],
    Pool: [
      graph({
        title: 'Connections of the pool',
        description: 'Connections each replica holds, by whether they are in use.',
        unit: NoUnit,
        min: 0,
        stacked: true,
        queries: [
          { expr: `sum by (instance, state) (db_pool_connections{${chosen}})`, legend: '{{instance}} {{state}}' },
        ],
      }),
      graph({
        title: 'Waiting by replica',
        description:
          'Operations that wait for a connection. More than none for long is a pool that is too small, or a slow database.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: `sum by (instance) (db_pool_waiting{${chosen}})`, legend: '{{instance}}' }],
      }),
    ],
  },
}
