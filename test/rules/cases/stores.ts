import type { RuleCases, Samples } from '../case.ts'

const minute = 60_000
const exporter = 'service="postgres-exporter",instance="postgres-exporter-1"'
const proxy = { service: 'proxy', kind: 'network', instance: 'proxy-1' }
const proxyUp = 'up{service="proxy",kind="network",instance="proxy-1"}'
const cache = (s: Samples, hitShare: number) => ({
  'redis_app_cache_hit_total{service="store",cache="items"}': s.perMinute(60 * hitShare),
  'redis_app_cache_miss_total{service="store",cache="items"}': s.perMinute(60 * (1 - hitShare)),
})

export const storeCases = {
  DatabaseDown: {
    fires: { series: (s) => ({ [`pg_up{${exporter}}`]: s.until(minute, 1, 0) }), atMs: 1.5 * minute },
    quiet: { series: (s) => ({ [`pg_up{${exporter}}`]: s.until(minute, 1, 0) }), atMs: 1.25 * minute },
  },
  CacheDown: {
    // The exporter waits for Redis until its scrape is over.
    fires: {
      series: (s) => ({
        'up{service="redis-exporter"}': s.until(minute, 1, 0),
        'scrape_duration_seconds{service="redis-exporter"}': s.always(s.seconds(30_000)),
      }),
      atMs: 1.5 * minute,
    },
    // The exporter itself is gone: nothing is known of Redis.
    quiet: {
      series: (s) => ({
        'up{service="redis-exporter"}': s.until(minute, 1, 0),
        'scrape_duration_seconds{service="redis-exporter"}': s.always(s.seconds(1_000)),
      }),
      atMs: 10 * minute,
    },
  },
  ProxyDown: {
    fires: { series: (s) => ({ [proxyUp]: s.until(minute, 1, 0) }), atMs: 1.5 * minute, labels: proxy },
    quiet: { series: (s) => ({ [proxyUp]: s.until(minute, 1, 0) }), atMs: 1.25 * minute },
  },
  CacheHitRateLow: {
    fires: { series: (s) => cache(s, 0.79), atMs: 20 * minute, labels: { service: 'store' } },
    quiet: { series: (s) => cache(s, 0.81), atMs: 40 * minute },
  },
  PoolExhausted: {
    fires: {
      series: (s) => ({ 'db_pool_waiting{service="store",instance="store-1"}': s.until(minute, 0, 1) }),
      atMs: 3 * minute,
      labels: { service: 'store', instance: 'store-1' },
    },
    // Every fourth look finds nobody waiting.
    quiet: {
      series: () => ({
        'db_pool_waiting{service="store",instance="store-1"}': Array.from({ length: 30 }, () => '5 5 5 0').join(' '),
      }),
      atMs: 20 * minute,
    },
  },
} as const satisfies Record<string, RuleCases>
