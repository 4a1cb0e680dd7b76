import type { MetricDefinition } from './metric-definition.ts'

/** Metrics of the store's and the quotes' cache in Redis. */
export const cacheMetrics = {
  redis_app_cache_hit_total: {
    type: 'counter',
    help: 'Reads answered by the cache.',
    labels: ['cache'],
  },
  redis_app_cache_miss_total: {
    type: 'counter',
    help: 'Reads for which the cache answered that it has no value.',
    labels: ['cache'],
  },
  redis_app_cache_errors_total: {
    type: 'counter',
    help: 'Cache reads and writes that failed, timed out, or were skipped while Redis was away.',
    labels: ['cache'],
  },
} as const satisfies Record<string, MetricDefinition>
