import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Alertmanager } from './alertmanager.ts'
import { probeHttp } from './http.ts'
import { isSelector, Prometheus } from './prometheus.ts'

const servers: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const answering = (body: unknown, status = 200): RequestListener => {
  return (_, response) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
}
const bounded = { timeoutMs: 20_000 }

describe('Prometheus', () => {
  it('reads the raw samples of a selector, in epoch milliseconds', async () => {
    let asked = ''
    const url = await serve((request, response) => {
      asked = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? ''
      const values = [
        [1_700_000_000.25, '1'],
        [1_700_000_000.75, '0'],
      ]
      const result = [{ metric: { __name__: 'up', service: 'store' }, values }]
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }))
    })
    const series = await new Prometheus(url).samples('up{service="store"}', 2_500, bounded)
    expect(asked).toBe('up{service="store"}[2500ms]')
    expect(series[0]?.samples).toEqual([
      { atMs: 1_700_000_000_250, value: 1 },
      { atMs: 1_700_000_000_750, value: 0 },
    ])
  })

  it('reads vectors and scalars, also infinities and NaN', async () => {
    const result = ['+Inf', '-Inf', 'NaN', '1e-3'].map((value) => ({ metric: {}, value: [1, value] }))
    const vector = await serve(answering({ status: 'success', data: { resultType: 'vector', result } }))
    const values = (await new Prometheus(vector).query('x', bounded)).map((one) => one.value)
    expect(values).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0.001])
    const scalar = await serve(answering({ status: 'success', data: { resultType: 'scalar', result: [2, '7'] } }))
    expect(await new Prometheus(scalar).query('7', bounded)).toEqual([{ labels: {}, atMs: 2_000, value: 7 }])
  })

  it('reads the clock of each replica, between two moments of ours', async () => {
    const answer = (result: unknown, resultType = 'scalar') =>
      answering({ status: 'success', data: { resultType, result } })
    const [scalar, vector] = [
      await serve(answer([1_700_000_000.25, '1700000000.25'])),
      await serve(answer([{ metric: {}, value: [1_700_000_001, '1700000001'] }], 'vector')),
    ]
    const clocks = await new Prometheus(scalar, { replicas: [vector] }).clocks(bounded)
    expect(clocks).toMatchObject([
      { url: `${scalar}/`, atMs: 1_700_000_000_250 },
      { url: `${vector}/`, atMs: 1_700_000_001_000 },
    ])
    expect(clocks.every(({ askedAtMs, answeredAtMs }) => askedAtMs <= answeredAtMs)).toBe(true)
  })

  it('reads active alerts with activeAt to the millisecond', async () => {
    const alerts = [
      { labels: { alertname: 'A' }, state: 'pending', activeAt: '2026-01-02T03:04:05.678901Z' },
      { labels: { alertname: 'B' }, state: 'inactive', activeAt: '2026-01-02T03:04:05Z' },
    ]
    const url = await serve(answering({ status: 'success', data: { alerts } }))
    expect(await new Prometheus(url).alerts(bounded)).toEqual([
      { labels: { alertname: 'A' }, state: 'pending', activeAtMs: Date.parse('2026-01-02T03:04:05.678Z') },
    ])
  })

  it('says what Prometheus refused', async () => {
    const url = await serve(answering('{"status":"error","error":"parse error"}', 400))
    await expect(new Prometheus(url).query('(', bounded)).rejects.toMatchObject({
      code: 'FD_PROBE_ANSWER',
      details: { expected: '200', given: expect.stringContaining('parse error') },
    })
  })

  it('says that the answer is not JSON', async () => {
    const url = await serve(answering('<html>'))
    await expect(new Prometheus(url).alerts(bounded)).rejects.toMatchObject({ code: 'FD_PROBE_ANSWER' })
  })

  it('gives up within its bound', async () => {
    const url = await serve(() => undefined)
    const startedMs = performance.now()
    await expect(new Prometheus(url).alerts({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'FD_PROBE_UNREACHABLE',
      details: { message: 'no answer within 50 ms' },
    })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  it('ends with the reason of its signal', async () => {
    const url = await serve(() => undefined)
    const controller = new AbortController()
    const asking = new Prometheus(url).alerts({ timeoutMs: 10_000, signal: controller.signal })
    controller.abort(new Error('stop'))
    await expect(asking).rejects.toThrow('stop')
  })
})

describe('Alertmanager', () => {
  it('reads startsAt, updatedAt and the state of each alert', async () => {
    const startsAt = '2026-01-02T03:04:05.100Z'
    const updatedAt = '2026-01-02T03:04:05.200Z'
    const url = await serve(
      answering([{ labels: { alertname: 'A' }, startsAt, updatedAt, status: { state: 'active' } }]),
    )
    expect(await new Alertmanager(url).alerts(bounded)).toEqual([
      {
        labels: { alertname: 'A' },
        startsAtMs: Date.parse(startsAt),
        updatedAtMs: Date.parse(updatedAt),
        status: 'active',
      },
    ])
  })
})

describe('probeHttp', () => {
  it('returns the status', async () => {
    const url = await serve(answering('no', 503))
    expect(await probeHttp(url, bounded)).toMatchObject({ status: 503 })
  })

  it('returns why there was no answer', async () => {
    const url = await serve(() => undefined)
    expect(await probeHttp(url, { timeoutMs: 30 })).toMatchObject({ error: 'no answer within 30 ms' })
    expect((await probeHttp('http://127.0.0.1:1', bounded)).error).toMatch(/ECONNREFUSED/)
  })
})

describe('isSelector', () => {
  it.each([
    ['up', true],
    ['up{service="store"}', true],
    ['a:b:rate5m{x=~"a{2}\\"b", y!=\'}\'}', true],
    ['min(up{service="store"})', false],
    ['up{a="1"} + up', false],
    ['up[5m]', false],
    ['up{a="1"', false],
  ])('reads %s as %s', (text, expected) => {
    expect(isSelector(text)).toBe(expected)
  })
})
