import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lint } from '../lint/lint.ts'
import { readKnowledge } from './live-knowledge.ts'
import { Prometheus } from './prometheus.ts'

const answers: Record<string, unknown> = {
  '/api/v1/series': [
    { __name__: 'up', job: 'store', instance: 'store-1', service: 'store' },
    { __name__: 'up', job: 'slow', instance: 'slow-1' },
    { __name__: 'ALERTS', alertname: 'A' },
  ],
  '/api/v1/targets': {
    activeTargets: [
      { labels: { job: 'store', instance: 'store-1' }, health: 'up', lastError: '', scrapeInterval: '500ms' },
      { labels: { job: 'slow', instance: 'slow-1' }, health: 'up', lastError: '', scrapeInterval: '1m' },
    ],
  },
  '/api/v1/status/flags': { 'storage.tsdb.retention.time': '1w', 'query.lookback-delta': '5m' },
  '/api/v1/metadata': {
    errors_total: [{ type: 'counter', help: '', unit: '' }],
    latency_seconds: [{ type: 'histogram', help: '', unit: '' }],
  },
  '/api/v1/rules': {
    groups: [
      {
        name: 'g',
        interval: 0.5,
        rules: [
          { type: 'alerting', name: 'A', query: 'min_over_time(up[2s]) == 0', duration: 1.5, annotations: { a: 'b' } },
        ],
      },
    ],
  },
}

describe('a Prometheus that is asked what it knows', () => {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ status: 'success', data: answers[(request.url ?? '').split('?')[0] ?? ''] }))
  })
  let prometheus: Prometheus
  const bounds = { timeoutMs: 20_000, nowMs: 1_000_000 }
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    prometheus = new Prometheus(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('knows labels, how often each series is scraped, and how long samples are kept', async () => {
    const { series, retentionMs } = await readKnowledge(prometheus, bounds)
    expect(retentionMs).toBe(7 * 24 * 3_600_000)
    expect([...(series.get('up')?.labels ?? [])]).toEqual(['job', 'instance', 'service'])
    expect(series.get('up')?.everyMs).toBe(500)
    expect(series.get('up')?.sets?.map(({ everyMs }) => everyMs)).toEqual([500, 60_000])
    expect(series.get('ALERTS')?.labels).toEqual(new Set(['alertname']))
  })

  it('knows what targets declare before it has a first sample, and what Prometheus itself makes', async () => {
    const knowledge = await readKnowledge(prometheus, bounds)
    const rule = (expr: string) => ({
      group: 'g',
      name: 'A',
      alerts: true,
      expr,
      forMs: 0,
      evaluationMs: 500,
      labels: {},
      annotations: {},
    })
    const kindsOf = (expr: string) => lint([rule(expr)], knowledge).map(({ kind }) => kind)
    expect(kindsOf('rate(errors_total{code="500"}[5m]) > 0')).toEqual([])
    expect(kindsOf('histogram_quantile(0.9, rate(latency_seconds_bucket[5m])) > 0')).toEqual([])
    expect(kindsOf('count(ALERTS{alertstate="firing"}) > 0 or ALERTS_FOR_STATE > 0')).toEqual([])
    expect(kindsOf('rate(errors_total[5m]) < 0')).toEqual(['impossible'])
    expect(kindsOf('up > 1')).toEqual(['impossible'])
    expect(kindsOf('time() - timestamp(up) > 301')).toEqual(['impossible'])
    expect(kindsOf('error_total > 0')).toEqual(['unknown series'])
    expect(kindsOf('up{job="sotre"} == 0')).toEqual(['no such series now'])
  })

  it('returns its rules, in milliseconds, so that they can be checked against it', async () => {
    const rules = await prometheus.rules(bounds)
    expect(rules).toEqual([
      {
        group: 'g',
        name: 'A',
        alerts: true,
        expr: 'min_over_time(up[2s]) == 0',
        forMs: 1_500,
        evaluationMs: 500,
        labels: {},
        annotations: { a: 'b' },
        loaded: true,
      },
    ])
    expect(lint(rules, await readKnowledge(prometheus, bounds)).map(({ kind }) => kind)).toEqual(['narrow window'])
  })
})
