import { describe, expect, it } from 'vitest'
import { Metrics } from './metrics.ts'

describe('Metrics', () => {
  it('renders a counter at 0 from the moment it is asked for', async () => {
    const metrics = new Metrics()
    metrics.counter('redis_app_cache_hit_total', { cache: 'items' })
    expect(await metrics.render()).toContain(
      [
        '# HELP redis_app_cache_hit_total Reads answered by the cache.',
        '# TYPE redis_app_cache_hit_total counter',
        'redis_app_cache_hit_total{cache="items"} 0',
        '',
      ].join('\n'),
    )
  })

  it('returns the same series when asked again', () => {
    const metrics = new Metrics()
    metrics.counter('items_created_total', {}).inc(2)
    expect(metrics.counter('items_created_total', {}).value).toBe(2)
  })

  it('renders cumulative buckets, sum and count of a histogram', async () => {
    const metrics = new Metrics()
    const histogram = metrics.histogram('db_query_duration_seconds', { operation: 'x' })
    for (const seconds of [0.0005, 0.003, 0.004, 60]) histogram.observe(seconds)
    const lines = (await metrics.render()).split('\n')
    for (const line of [
      'db_query_duration_seconds_bucket{operation="x",le="0.0005"} 1',
      'db_query_duration_seconds_bucket{operation="x",le="0.0025"} 1',
      'db_query_duration_seconds_bucket{operation="x",le="0.005"} 3',
      'db_query_duration_seconds_bucket{operation="x",le="5"} 3',
      'db_query_duration_seconds_bucket{operation="x",le="+Inf"} 4',
      'db_query_duration_seconds_sum{operation="x"} 60.0075',
      'db_query_duration_seconds_count{operation="x"} 4',
    ]) {
      expect(lines).toContain(line)
    }
  })

  it('escapes label values', async () => {
    const metrics = new Metrics()
    metrics.counter('redis_app_cache_hit_total', { cache: 'a"b\\c\nd' })
    expect(await metrics.render()).toContain('redis_app_cache_hit_total{cache="a\\"b\\\\c\\nd"} 0\n')
  })

  it.each([
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_eventloop_active_seconds_total',
    'nodejs_gc_duration_seconds',
  ])('exposes the process metric %s', async (name) => expect(await new Metrics().render()).toContain(`# TYPE ${name} `))

  it('writes every line in the text format', async () => {
    const metrics = new Metrics()
    metrics.counter('items_created_total', {})
    metrics.read('db_pool_waiting', {}, () => Number.NaN)
    for (const line of (await metrics.render()).split('\n')) {
      expect(line).toMatch(/^$|^# (HELP|TYPE) \w+ .+|^\w+(\{(\w+="([^"\\]|\\.)*",?)*\})? (nan|[-+.e\d]+)$/i)
    }
  })
})
