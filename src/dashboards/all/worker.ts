import { NoUnit, OpsPerSecond, Seconds, WritesPerSecond } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { chosen, rate } from '../selectors.ts'

export const worker: DashboardSpec = {
  uid: 'firedrill-worker',
  title: 'Worker',
  description: 'Are the batches of transactions inserted on time, and each exactly once?',
  tags: ['services'],
  choices: { series: 'worker_batches_total', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Lag',
        description: 'How long the batch that is due has been due, on the replica that is furthest behind.',
        unit: Seconds,
        width: 6,
        limits: { warn: 2, bad: 5 },
        queries: [{ expr: `max(worker_lag_seconds{${chosen}})`, legend: 'lag' }],
      }),
      figure({
        title: 'Rows',
        description: 'Transactions inserted per second.',
        unit: WritesPerSecond,
        width: 6,
        queries: [{ expr: rate(`worker_rows_total{${chosen}}`), legend: 'rows' }],
      }),
      figure({
        title: 'Last success',
        description: 'Time since the last batch was committed, on the replica where it is longest ago.',
        unit: Seconds,
        width: 6,
        limits: { warn: 5, bad: 10 },
        queries: [
          {
            expr: `time() - min(worker_last_success_timestamp_seconds{${chosen}} > 0)`,
            legend: 'since the last batch',
          },
        ],
      }),
      figure({
        title: 'Replicas',
        description: 'Workers that Prometheus can scrape. None is red: no batch is inserted.',
        unit: NoUnit,
        width: 6,
        limits: { bad: 1, below: true },
        queries: [{ expr: `count(worker_lag_seconds{${chosen}}) or vector(0)`, legend: 'replicas' }],
      }),
    ],
    Batches: [
      graph({
        title: 'Batches by outcome',
        description:
          'Recovered: the answer to the commit was lost, and the batch was found committed. Abandoned: stopped before it was known.',
        unit: OpsPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(`worker_batches_total{${chosen}}`, 'outcome'), legend: '{{outcome}}' }],
      }),
      graph({
        title: 'Lag by replica',
        description:
          'How long the batch that is due has been due. It grows while the database is away and falls when it is caught up.',
        unit: Seconds,
        min: 0,
        limits: { bad: 5 },
        queries: [{ expr: `max by (instance) (worker_lag_seconds{${chosen}})`, legend: '{{instance}}' }],
      }),
      graph({
        title: 'Rows by replica',
        description: 'Transactions inserted per second.',
        unit: WritesPerSecond,
        min: 0,
        stacked: true,
        queries: [{ expr: rate(`worker_rows_total{${chosen}}`, 'instance'), legend: '{{instance}}' }],
      }),
      graph({
        title: 'Retries',
        description: 'Attempts to insert a batch that failed and were tried again, per second.',
        unit: OpsPerSecond,
        min: 0,
        queries: [{ expr: rate(`worker_retries_total{${chosen}}`, 'instance'), legend: '{{instance}}' }],
      }),
    ],
  },
}
