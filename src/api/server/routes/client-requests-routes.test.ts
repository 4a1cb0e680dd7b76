import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { ControlClient } from '../../client/client.ts'
import { testCallers } from '../access/test-callers.ts'
import { Router } from '../router.ts'
import { addClientRequestsRoute } from './client-requests-routes.ts'

const token = 't'.repeat(43)
const tokens = { operator: token, responder: 'r'.repeat(43) }
const services = [
  { name: 'store', kind: 'service' as const },
  { name: 'redis', kind: 'storage' as const },
]

let app: HttpServer
let url: string
let metrics: () => string
/** Of the clock of the counters, in milliseconds. */
let clockMs = 0
beforeEach(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  metrics = addClientRequestsRoute(new Router(app, testCallers(tokens)), {
    services: () => services,
    scrapeMs: 500,
    nowMs: () => clockMs,
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

const report = (requests: { endpoint: string; result: 'good' | 'unanswered'; count: number }[], service = 'store') =>
  new ControlClient(url, token).reportRequests({ service, requests })
const series = () =>
  metrics()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

describe('the counters of what users see', () => {
  it('are 0 for each service before its first request', () => {
    expect(series()).toEqual(
      ['good', 'error', 'wrong', 'unanswered'].map(
        (result) => `firedrill_client_requests_total{service="store",result="${result}"} 0`,
      ),
    )
  })

  it('add up what is reported, and are 0 for three scrapes first, so that no rule misses what they began with', async () => {
    const of = (endpoint: string, result: string, value: number) =>
      `firedrill_client_requests_total{service="store",endpoint="${endpoint}",result="${result}"} ${value}`
    await report([{ endpoint: 'GET /items', result: 'good', count: 20 }])
    for (let scrape = 0; scrape < 10; scrape++) {
      // However often and by whomever they are read.
      if (scrape > 6) clockMs += 500
      const failing = ['error', 'wrong', 'unanswered'].map((result) => of('GET /items', result, 0))
      expect(series().slice(4)).toEqual([of('GET /items', 'good', 0), ...failing])
    }
    clockMs += 1
    await report([
      { endpoint: 'GET /items', result: 'good', count: 5 },
      { endpoint: 'GET /items', result: 'unanswered', count: 208 },
    ])
    expect(series()).toContain(of('GET /items', 'good', 25))
    expect(series()).toContain(of('GET /items', 'unanswered', 208))
  })

  it('count endpoints together once there are a thousand series', async () => {
    const names = Array.from({ length: 1_200 }, (_, index) => `GET /items/${index}`)
    await report(names.map((endpoint) => ({ endpoint, result: 'good', count: 1 })))
    clockMs += 1_501
    // Four of each of 250 endpoints, and of all others.
    expect(series()).toHaveLength(4 + 1_000 + 4)
    expect(series()).toContain(
      'firedrill_client_requests_total{service="store",endpoint="(other endpoints)",result="good"} 950',
    )
  })

  it('need the token, and are for services of the stack', async () => {
    await expect(new ControlClient(url, 'x').reportRequests({ service: 'store', requests: [] })).rejects.toMatchObject({
      code: 'FD_HTTP_UNAUTHORIZED',
    })
    await expect(report([], 'redis')).rejects.toMatchObject({ code: 'FD_RUNTIME_UNKNOWN_SERVICE' })
    await expect(report([{ endpoint: 'GET /', result: 'good', count: -1 }])).rejects.toMatchObject({
      code: 'FD_HTTP_INVALID',
    })
  })
})
