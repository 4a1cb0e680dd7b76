import { request as httpRequest } from 'node:http'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../base/http/http-server.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { addHttpMetrics } from './http-metrics.ts'
import { Metrics } from './metrics.ts'

let app: HttpServer
let address: string
let answer: () => void

beforeEach(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  addHttpMetrics(app, new Metrics())
  app.get('/things/:id', { schema: { response: { 200: {}, 404: {} } } }, async () => ({}))
  app.post('/broken', async () => {
    throw new Error('broken')
  })
  app.get('/slow', async () => {
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return {}
  })
  address = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

async function metric(series: string): Promise<number | undefined> {
  const text = await (await fetch(`${address}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

describe('addHttpMetrics', () => {
  it.each([
    ['a declared success', 'http_requests_total{method="GET",route="/things/:id",status="200"}'],
    ['a declared failure', 'http_requests_total{method="GET",route="/things/:id",status="404"}'],
    ['an undeclared crash', 'http_requests_total{method="POST",route="/broken",status="500"}'],
    ['an unknown route', 'http_requests_total{method="any",route="unmatched",status="404"}'],
    ['the histogram', 'http_request_duration_seconds_count{method="POST",route="/broken"}'],
  ])('starts %s at 0', async (_, series) => expect(await metric(series)).toBe(0))

  it('counts by route pattern, whatever the path', async () => {
    for (const id of ['a', 'b', 'c']) await fetch(`${address}/things/${id}?x=${id}`)
    await fetch(`${address}/broken`, { method: 'POST' })
    await until('http_requests_total{method="GET",route="/things/:id",status="200"}', 3)
    await until('http_requests_total{method="POST",route="/broken",status="500"}', 1)
    await until('http_request_duration_seconds_bucket{method="GET",route="/things/:id",le="+Inf"}', 3)
  })

  it('counts every unknown path as one route', async () => {
    for (const path of ['/a', '/b/c', '/things']) await fetch(address + path)
    await until('http_requests_total{method="any",route="unmatched",status="404"}', 3)
  })

  it('counts a HEAD request apart and once', async () => {
    await fetch(`${address}/things/a`, { method: 'HEAD' })
    await until('http_requests_total{method="HEAD",route="/things/:id",status="200"}', 1)
    await until('http_requests_total{method="GET",route="/things/:id",status="200"}', 0)
  })

  it('counts a request for another host without it ever being in flight', async () => {
    await new Promise<void>((resolve, reject) => {
      const foreign = httpRequest(`${address}/things/a`, { headers: { host: 'evil.example' } }, (response) =>
        response.resume().on('end', resolve),
      )
      foreign.on('error', reject).end()
    })
    await until('http_requests_total{method="GET",route="/things/:id",status="421"}', 1)
    await until('http_requests_in_flight{method="GET",route="/things/:id"}', 0)
  })

  it('shows a request as in flight until it is answered', async () => {
    const slow = fetch(`${address}/slow`)
    await until('http_requests_in_flight{method="GET",route="/slow"}', 1)
    answer()
    await slow
    await until('http_requests_in_flight{method="GET",route="/slow"}', 0)
  })

  it('counts a client that went away as 499, and not as in flight', async () => {
    const client = new AbortController()
    const slow = fetch(`${address}/slow`, { signal: client.signal })
    await until('http_requests_in_flight{method="GET",route="/slow"}', 1)
    client.abort()
    await expect(slow).rejects.toThrow()
    await until('http_requests_total{method="GET",route="/slow",status="499"}', 1)
    await until('http_requests_in_flight{method="GET",route="/slow"}', 0)
    answer()
    await fetch(`${address}/things/a`)
    expect(await metric('http_requests_total{method="GET",route="/slow",status="499"}')).toBe(1)
    expect(await metric('http_requests_total{method="GET",route="/slow",status="200"}')).toBe(0)
  })
})

function until(series: string, value: number): Promise<void> {
  return waitUntil(
    async () => {
      const seen = await metric(series)
      return seen === value ? done(undefined) : notYet(`${seen}`)
    },
    { what: `${series} to be ${value}`, timeoutMs: 20_000, intervalMs: 10 },
  )
}
