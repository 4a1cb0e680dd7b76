import { get, type IncomingMessage } from 'node:http'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { ControlClient } from '../../client/client.ts'
import type { LoadView } from '../../contract.ts'
import { testCallers } from '../access/test-callers.ts'
import { LiveLoads } from '../loads/live-loads.ts'
import { Router } from '../router.ts'
import { addLoadRoutes } from './load-routes.ts'

const token = 't'.repeat(43)
const tokens = { operator: token, responder: 'r'.repeat(43) }
const latencyMs = { p50: 1, p95: 2, p99: 3, max: 4 }
const counts = { requests: 10, failures: 2, latencyMs }
const view: LoadView = {
  id: '2026-01-02T03-04-05-678Z-browse',
  pid: 4_711,
  drill: null,
  plan: { model: 'closed', users: 5, spawnRatePerSecond: 10 },
  startedAtMs: 1,
  ended: false,
  journey: 'browse',
  target: 'http://127.0.0.1:8000',
  elapsedMs: 2_000,
  durationMs: 60_000,
  users: 5,
  saturated: false,
  saturatedBy: null,
  thresholds: [{ text: 'p95<200ms', met: true, observed: '2.00 ms' }],
  seconds: 2,
  lastCauses: { refused: 1 },
  latenessP99Ms: 1.5,
  total: counts,
  lastSecond: counts,
  endpoints: [{ name: 'GET /items', causes: { refused: 2 }, lastSecond: counts, ...counts }],
}

let app: HttpServer
let url: string
let metrics: () => string
beforeEach(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  metrics = addLoadRoutes(new Router(app, testCallers(tokens)), new LiveLoads())
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

describe('the load routes', () => {
  it('answer null before the first load', async () => {
    expect(await (await fetch(`${url}/v1/load`)).json()).toEqual({ load: null })
    expect(metrics()).toContain('\nfiredrill_load_users 0\n')
  })

  it('pass on what a load reports: in answers, to streams and to Prometheus', async () => {
    const stream = await new Promise<IncomingMessage>((resolve) => get(`${url}/v1/load/stream`, resolve))
    let streamed = ''
    stream.on('data', (chunk: Buffer) => {
      streamed += chunk
    })
    await expect.poll(() => streamed).toContain('no load yet')
    await new ControlClient(url, token).reportLoad(view)
    expect(await (await fetch(`${url}/v1/load`)).json()).toEqual({ load: view })
    await expect.poll(() => streamed).toContain(`event: load\ndata: ${JSON.stringify(view)}\n\n`)
    stream.destroy()
    expect(
      metrics()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')),
    ).toEqual([
      'firedrill_load_users 5',
      'firedrill_load_saturated 0',
      'firedrill_load_requests_total{endpoint="GET /items"} 10',
      'firedrill_load_failures_total{endpoint="GET /items",cause="refused"} 2',
      'firedrill_load_lateness_seconds 0.0015',
      'firedrill_load_latency_seconds{endpoint="GET /items",quantile="0.5"} 0.001',
      'firedrill_load_latency_seconds{endpoint="GET /items",quantile="0.95"} 0.002',
      'firedrill_load_latency_seconds{endpoint="GET /items",quantile="0.99"} 0.003',
      'firedrill_load_latency_seconds{endpoint="GET /items",quantile="1"} 0.004',
    ])
  })

  it('keep the counts of a load that has ended, and show no users', async () => {
    await new ControlClient(url, token).reportLoad({ ...view, ended: true })
    const text = metrics()
    expect(text).toContain('\nfiredrill_load_users 0\n')
    expect(text).toContain('firedrill_load_requests_total{endpoint="GET /items"} 10')
    expect(text).not.toContain('firedrill_load_latency_seconds{')
  })

  it('accept a report only with the token', async () => {
    await expect(new ControlClient(url, 'x'.repeat(43)).reportLoad(view)).rejects.toMatchObject({
      code: 'FD_HTTP_UNAUTHORIZED',
    })
  })
})
