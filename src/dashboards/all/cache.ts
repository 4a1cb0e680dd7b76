import { BytesIEC, NoUnit, OpsPerSecond, PercentUnit } from '@grafana/grafana-foundation-sdk/units'
import type { DashboardSpec } from '../dashboard.ts'
import { figure } from '../panels/figure.ts'
import { graph } from '../panels/graph.ts'
import { chosen, rate } from '../selectors.ts'

/** Redis, and how well the caches in it work. */

const hits = `redis_app_cache_hit_total{${chosen}}`
const misses = `redis_app_cache_miss_total{${chosen}}`
const errors = `redis_app_cache_errors_total{${chosen}}`
const answered = (by?: string) => `(${rate(hits, by)} + ${rate(misses, by)})`

export const cache: DashboardSpec = {
  uid: 'firedrill-cache',
  title: 'Cache',
  description:
    'Does the cache take the reads off the database? Hits, misses and failures of the services that use Redis.',
  tags: ['storage'],
  choices: { series: 'redis_app_cache_hit_total', labels: ['service', 'instance'] },
  rows: {
    'At a glance': [
      figure({
        title: 'Hit share',
        description: 'Share of the reads that the cache answered with a value.',
        unit: PercentUnit,
        width: 6,
        limits: { warn: 0.9, bad: 0.8, below: true },
        queries: [{ expr: `${rate(hits)} / (${answered()} > 0)`, legend: 'hits' }],
      }),
      figure({
        title: 'Hit rate',
        description: 'Reads per second that the cache answered with a value.',
        unit: OpsPerSecond,
        width: 6,
        queries: [{ expr: rate(hits), legend: 'hits' }],
      }),
      figure({
        title: 'Miss rate',
        description: 'Reads per second for which the cache has no value: each costs the database a query.',
        unit: OpsPerSecond,
        width: 6,
        queries: [{ expr: rate(misses), legend: 'misses' }],
      }),
      figure({
        title: 'Miss count',
        description: 'Reads for which the cache had no value, over the time range shown.',
        unit: NoUnit,
        decimals: 0,
        width: 6,
        queries: [{ expr: `sum(increase(${misses}[$__range]))`, legend: 'misses', instant: true }],
      }),
    ],
    'Over time': [
      graph({
        title: 'Hit share by cache',
        description:
          'Share of the reads that the cache answered with a value. It starts low: a cold cache has to fill.',
        unit: PercentUnit,
        min: 0,
        max: 1,
        limits: { bad: 0.8, below: true },
        queries: [
          {
            expr: `${rate(hits, 'service, cache')} / (${answered('service, cache')} > 0)`,
            legend: '{{service}} {{cache}}',
          },
        ],
      }),
      graph({
        title: 'Hits and misses',
        description: 'Reads per second by what the cache answered.',
        unit: OpsPerSecond,
        min: 0,
        stacked: true,
        queries: [
          { expr: rate(hits), legend: 'hits' },
          { expr: rate(misses), legend: 'misses' },
        ],
      }),
      graph({
        title: 'Failed cache operations',
        description:
          'Reads and writes that failed, timed out, or were skipped while Redis was away. Users are served by the database then.',
        unit: OpsPerSecond,
        min: 0,
        width: 24,
        limits: { bad: 1 },
        queries: [{ expr: rate(errors, 'service, cache'), legend: '{{service}} {{cache}}' }],
      }),
    ],
    Redis: [
      graph({
        title: 'Commands',
        description: 'Commands per second that Redis processed, for all clients.',
        unit: OpsPerSecond,
        min: 0,
        queries: [
          { expr: 'rate(redis_commands_processed_total[$__rate_interval])', legend: 'commands', exporter: true },
        ],
      }),
      graph({
        title: 'Memory of Redis',
        description: 'Memory in use, and the limit above which Redis forgets what was used least.',
        unit: BytesIEC,
        min: 0,
        queries: [
          { expr: 'redis_memory_used_bytes', legend: 'in use', exporter: true },
          { expr: 'redis_memory_max_bytes', legend: 'limit', exporter: true },
        ],
      }),
      graph({
        title: 'Clients',
        description: 'Connections to Redis, of whomever.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: 'redis_connected_clients', legend: 'clients', exporter: true }],
      }),
      graph({
        title: 'Keys',
        description: 'Keys that Redis holds.',
        unit: NoUnit,
        min: 0,
        queries: [{ expr: 'sum(redis_db_keys)', legend: 'keys', exporter: true }],
      }),
      graph({
        title: 'Keys lost',
        description: 'Keys per second that ended with their time, or were forgotten for want of memory.',
        unit: OpsPerSecond,
        min: 0,
        queries: [
          { expr: 'rate(redis_expired_keys_total[$__rate_interval])', legend: 'expired', exporter: true },
          { expr: 'rate(redis_evicted_keys_total[$__rate_interval])', legend: 'evicted', exporter: true },
        ],
      }),
    ],
  },
}
