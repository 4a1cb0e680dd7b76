import { type AlertClock, type AlertDefinition, minute, scrapedLater } from './alert.ts'

/** Alerts about the data stores and the connections to them. */

/** An exporter hangs when its store does: an exporter that has died refuses the scrape at once, and has an alert of its own. */
const hangs = (exporter: string, { timing }: AlertClock) =>
  `(up{service="${exporter}"} == 0 and scrape_duration_seconds >= ${timing.exporterScrapeMs / 2 / 1_000})`

const hits = (window: string) => `sum by (service) (increase(redis_app_cache_hit_total[${window}]))`
const misses = (window: string) => `sum by (service) (increase(redis_app_cache_miss_total[${window}]))`

/** PostgreSQL and Redis, the proxy before them, and the services' use of them. */
export const stores: readonly AlertDefinition[] = [
  {
    alert: 'DatabaseDown',
    seenOn: { dashboard: 'database', panel: 'Failed operations by kind' },
    severity: 'critical',
    labels: { service: 'postgres', instance: 'postgres-1' },
    // Two scrapes in a row.
    for: 0.5 * minute,
    expr: (clock) => `pg_up == 0 or ${hangs('postgres-exporter', clock)}`,
    shows: scrapedLater,
    summary: 'PostgreSQL does not answer',
    description:
      'The PostgreSQL exporter cannot ask it anything: items and transactions can be neither read nor written.',
  },
  {
    alert: 'CacheDown',
    seenOn: { dashboard: 'cache', panel: 'Failed cache operations' },
    severity: 'critical',
    labels: { service: 'redis', instance: 'redis-1' },
    for: 0.5 * minute,
    expr: (clock) => `redis_up == 0 or ${hangs('redis-exporter', clock)}`,
    shows: scrapedLater,
    summary: 'Redis does not answer',
    description:
      'The Redis exporter cannot ask it anything: the store works without its cache, replicas of quotes no longer share.',
  },
  {
    alert: 'ProxyDown',
    seenOn: { dashboard: 'drills', panel: 'Alerts' },
    severity: 'critical',
    // Two scrapes in a row: it may just be restarting.
    for: 0.5 * minute,
    expr: () => 'up{kind="network"} == 0',
    summary: '{{ $labels.instance }} does not answer',
    description:
      'The services reach neither PostgreSQL nor Redis: what stands between them has ended or hangs. The stores themselves may be well.',
  },
  {
    alert: 'CacheHitRateLow',
    seenOn: { dashboard: 'cache', panel: 'Hit share by cache', ofService: true },
    severity: 'warning',
    // An item is not cached in the first seconds after it was made, so a sudden crowd starts with misses.
    for: 15 * minute,
    expr: ({ range }) => {
      const window = range(2 * minute)
      const reads = `(${hits(window)} + ${misses(window)})`
      return `${hits(window)} / ${reads} < 0.8 and ${reads} >= 50`
    },
    summary: 'The cache of {{ $labels.service }} does little good',
    description:
      'Only {{ $value | humanizePercentage }} of the reads are answered by the cache; the rest is asked of the database.',
  },
  {
    alert: 'PoolExhausted',
    seenOn: { dashboard: 'database', panel: 'Waiting by replica', ofService: true },
    severity: 'critical',
    for: 1 * minute,
    expr: ({ range }) => `min_over_time(db_pool_waiting[${range(1 * minute)}]) > 0`,
    summary: '{{ $labels.instance }} has no connection to spare',
    description: 'There was always somebody waiting for a connection to PostgreSQL, {{ $value }} at least.',
  },
]
