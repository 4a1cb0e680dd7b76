import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { Histogram } from '../figures/histogram.ts'
import type { LoadResponse } from '../http/response.ts'
import { defineJourney, type Journey, type User, weight } from '../journey/journey.ts'
import type { AnyJourney } from '../journey/journeys.ts'
import { WHOLE } from '../plan.ts'
import { bodyOf, json, makeCertificate, TestTarget } from '../test-target.ts'
import { type Engine, type EngineOptions, type EngineReport, startEngine } from './engine.ts'

const targets: TestTarget[] = []
const engines: Engine[] = []
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop()
  for (const target of targets.splice(0)) await target.stop()
})

async function serve(handler: RequestListener, tls?: { key: string; cert: string }): Promise<TestTarget> {
  const target = await TestTarget.start(handler, tls)
  targets.push(target)
  return target
}

function start<State>(url: string, journey: Journey<State>, options: Partial<EngineOptions> = {}): Engine {
  const engine = startEngine({
    journey: journey as AnyJourney,
    origins: [url],
    plan: { model: 'closed', users: 1, spawnRatePerSecond: 1_000 },
    share: WHOLE,
    seed: 1,
    run: 'test',
    timeoutMs: 5_000,
    graceMs: 1_000,
    network: { allowRemote: false },
    ...options,
  })
  engines.push(engine)
  return engine
}

/** Lets one user carry out one task, and returns what it returned and what was counted. */
async function once<T>(
  url: string,
  task: (user: User) => Promise<T>,
  options: Partial<EngineOptions> = {},
): Promise<{ result: T; report: EngineReport }> {
  let engine: Engine | undefined
  const result = await new Promise<T>((resolve) => {
    let begun = false
    const journey = defineJourney({
      summary: '',
      tasks: [
        weight(1, async (user) => {
          if (begun) return user.pause(60_000)
          begun = true
          resolve(await task(user))
        }),
      ],
    })
    engine = start(url, journey, options)
  })
  if (engine === undefined) throw new Error('no engine')
  return { result, report: engine.report() }
}

const counted = ({ endpoints }: EngineReport) =>
  endpoints.map(({ name, requests, failures, causes }) => ({ name, requests, failures, causes }))

describe('a user', () => {
  it('sends bodies as what they are, and reads answers', async () => {
    const target = await serve(async (request, response) => {
      const body = await bodyOf(request)
      json(response, {
        method: request.method,
        type: request.headers['content-type'],
        body,
        extra: request.headers['x-a'],
      })
    })
    const bodies = [{ a: 'é' }, 'téxt', new URLSearchParams({ a: 'b c' }), new Uint8Array([65, 66])]
    const { result } = await once(target.url, async (user) => {
      const answers: LoadResponse[] = []
      for (const body of bodies) answers.push(await user.post('/x', body, { headers: { 'X-A': '1' } }))
      return answers.map((answer) => answer.json())
    })
    expect(result).toEqual([
      { method: 'POST', type: 'application/json', body: '{"a":"é"}', extra: '1' },
      { method: 'POST', type: 'text/plain; charset=utf-8', body: 'téxt', extra: '1' },
      { method: 'POST', type: 'application/x-www-form-urlencoded', body: 'a=b+c', extra: '1' },
      { method: 'POST', type: 'application/octet-stream', body: 'AB', extra: '1' },
    ])
  })

  it('keeps its connection, and counts by the pattern of the path', async () => {
    const target = await serve((_, response) => json(response, {}))
    const { report } = await once(target.url, async (user) => {
      for (const key of ['a', 'b/c', 'd?e']) await user.get('/items/:key?full=1', { params: { key } })
      await user.get('/x', { name: 'a name' })
    })
    expect(target.seen).toEqual(['GET /items/a?full=1', 'GET /items/b%2Fc?full=1', 'GET /items/d%3Fe?full=1', 'GET /x'])
    expect(target.connections).toBe(1)
    expect(counted(report).map(({ name, requests }) => [name, requests])).toEqual([
      ['GET /items/:key', 3],
      ['a name', 1],
    ])
  })

  it('follows redirects, with the cookies that were set on the way', async () => {
    const target = await serve((request, response) => {
      if (request.url === '/login')
        response.writeHead(302, { location: 'home', 'set-cookie': 'id=7; Path=/' }).end('go')
      else json(response, { url: request.url, method: request.method, cookie: request.headers.cookie })
    })
    const { result, report } = await once(target.url, (user) => user.post('/login', { name: 'x' }))
    expect(result.json()).toEqual({ url: '/home', method: 'GET', cookie: 'id=7' })
    expect(result.url).toBe(`${target.url}/home`)
    expect(counted(report)).toEqual([{ name: 'POST /login', requests: 1, failures: 0, causes: {} }])
  })

  it('gives up on redirects that go round in circles, and leaves them alone when asked to', async () => {
    const target = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    const { result, report } = await once(target.url, async (user) => [
      (await user.get('/')).cause,
      (await user.get('/one', { redirects: false, ok: [302] })).status,
    ])
    expect(result).toEqual(['too many redirects', 302])
    expect(counted(report)[0]?.causes).toEqual({ 'too many redirects': 1 })
  })

  it('counts an answer that fails a check as failed, once, and the check by its name', async () => {
    const target = await serve((_, response) => json(response, { price: 0 }))
    const { report } = await once(target.url, async (user) => {
      const response = await user.get('/')
      user.check(response, 'is JSON', (r) => r.json() !== undefined)
      user.check(response, 'has a price', (r) => (r.json<{ price: number }>()?.price ?? 0) > 0)
      user.check(response, 'trips', () => JSON.parse('{'))
    })
    expect(counted(report)[0]).toMatchObject({ requests: 1, failures: 1, causes: { 'check failed: has a price': 1 } })
    expect(report.checks).toEqual({
      'is JSON': { passed: 1, failed: 0 },
      'has a price': { passed: 0, failed: 1 },
      trips: { passed: 0, failed: 1 },
    })
  })

  it('says why a request failed', async () => {
    const target = await serve((request, response) => {
      if (request.url === '/reset') request.socket.resetAndDestroy()
      else if (request.url === '/gone') request.socket.end()
      else if (request.url === '/garbage') request.socket.end('garbage\r\n\r\n')
      else if (request.url === '/503') response.writeHead(503).end()
    })
    const { result, report } = await once(target.url, async (user) => {
      const causes: (string | undefined)[] = []
      for (const path of ['/reset', '/gone', '/garbage', '/503', '/silent', 'http://127.0.0.1:1/']) {
        const response = await user.get(path, path === '/silent' ? { timeoutMs: 100 } : {})
        causes.push(response.cause)
      }
      return causes
    })
    expect(result).toEqual(['reset', 'reset', 'broken answer', 'http 503', 'timeout', 'refused'])
    const silent = report.endpoints.find(({ name }) => name === 'GET /silent')
    expect((silent?.latency.max ?? 0) / 1_000).toBeGreaterThanOrEqual(100)
    expect(report.endpoints.find(({ name }) => name === 'GET /reset')?.latency.counts).toEqual([])
  })

  it('speaks TLS with a server it trusts, and says when it does not', async () => {
    const certificate = makeCertificate()
    const target = await serve((_, response) => json(response, { secret: 1 }), certificate)
    const url = `https://localhost:${target.port}`
    const ask = (network: EngineOptions['network']) => once(url, (user) => user.get('/'), { network })
    expect((await ask({ allowRemote: false, ca: certificate.cert })).result.json()).toEqual({ secret: 1 })
    expect((await ask({ allowRemote: false, insecure: true })).result.status).toBe(200)
    expect((await ask({ allowRemote: false })).result.cause).toMatch(/^tls .*self.signed/)
  })

  it('does not leave this machine, not even by a redirect', async () => {
    const target = await serve((_, response) => response.writeHead(302, { location: 'http://192.0.2.1/' }).end())
    const { result } = await once(target.url, (user) => user.get('/'))
    expect(result.cause).toBe('remote target refused')
  })

  it.each([
    ['asks again when a connection that was long idle turns out to be closed', 1_050, undefined],
    ['reports the reset of a connection that was in use', 0, 'reset'],
  ])('%s', async (_, idleMs, cause) => {
    const target = await serve(({ url, socket }, response) => {
      // A server that closes the connection of the first request just as the second one comes in.
      if (url === '/b' && target.connections === 1) socket.resetAndDestroy()
      else json(response, {})
    })
    const { result } = await once(target.url, async (user) => {
      await user.get('/a')
      await user.pause(idleMs)
      return user.get('/b')
    })
    expect(result.cause).toBe(cause)
  })

  it('has its own state, and goes on after a mistake in the journey', async () => {
    const target = await serve((_, response) => json(response, {}))
    const left: number[] = []
    const engine = start(
      target.url,
      defineJourney<{ tasks: number }>({
        summary: '',
        state: () => ({ tasks: 0 }),
        tasks: [
          weight(1, async function count(user) {
            user.state.tasks += 1
            if (user.state.tasks === 2) throw new Error('oops')
            await user.get('/')
          }),
        ],
        onStop: (user) => void left.push(user.state.tasks),
      }),
    )
    await expect.poll(() => target.seen.length).toBeGreaterThan(5)
    await engine.stop()
    expect(engine.report().thrown).toEqual({ 'count: oops': 1 })
    expect(left).toHaveLength(1)
    expect(left[0]).toBeGreaterThan(5)
  })
})

describe('the open model', () => {
  const read = defineJourney({ summary: '', tasks: [weight(1, (user) => user.get('/'))] })

  it('makes the arrivals of its shape, no more and no fewer', async () => {
    const target = await serve((_, response) => json(response, {}))
    const plan = { model: 'open', shape: 'constant', ratePerSecond: 300, durationMs: 1_000, maxUsers: 50 } as const
    const parts = [0, 1, 2].map((index) => start(target.url, read, { plan, share: { index, of: 3 } }))
    await Promise.all(parts.map(({ ended }) => ended))
    expect(target.seen).toHaveLength(300)
    expect(parts.map((engine) => engine.report().endpoints[0]?.requests)).toEqual([100, 100, 100])
  })

  it('shows a server that stood still in its percentiles: each arrival counts from when it was due', async () => {
    const STALL = { fromMs: 500, toMs: 2_000 }
    let startedMs = 0
    const target = await serve((_, response) => {
      startedMs ||= performance.now()
      const ageMs = performance.now() - startedMs
      const stalled = ageMs > STALL.fromMs && ageMs < STALL.toMs
      setTimeout(() => json(response, {}), stalled ? STALL.toMs - ageMs : 0)
    })
    // Only 20 users: most arrivals of the stall cannot even be sent before it is over.
    const plan = { model: 'open', shape: 'constant', ratePerSecond: 200, durationMs: 2_500, maxUsers: 20 } as const
    const engine = start(target.url, read, { plan })
    await engine.ended
    const [endpoint] = engine.report().endpoints
    const latency = Histogram.from(endpoint?.latency ?? { min: 0, max: 0, sum: 0, counts: [] })
    expect(latency.count).toBe(500)
    // 1.5 s of 2.5 s fell into the stall: arrivals of its first third waited more than a second, and so on.
    expect(latency.percentile(50) / 1_000).toBeGreaterThan(150)
    expect(latency.percentile(80) / 1_000).toBeGreaterThan(800)
    expect(latency.percentile(99) / 1_000).toBeGreaterThan(1_300)
    expect(latency.max / 1_000).toBeLessThan(2_500)
  })

  it('gives each user an id of its own, also those that start together', async () => {
    const target = await serve((_, response) => json(response, {}))
    const ids: string[] = []
    const journey = defineJourney({
      summary: '',
      onStart: (user) => void ids.push(user.id),
      tasks: [weight(1, (user) => user.get('/'))],
    })
    const plan = { model: 'open', shape: 'constant', ratePerSecond: 200, durationMs: 200, maxUsers: 20 } as const
    await start(target.url, journey, { plan }).ended
    expect(ids.length).toBeGreaterThanOrEqual(20)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('ends when it is stopped, without counting what it cut off as failed', async () => {
    const target = await serve(() => undefined)
    const plan = { model: 'open', shape: 'ramp', ratePerSecond: 100, durationMs: 60_000, maxUsers: 5 } as const
    const engine = start(target.url, read, { plan, graceMs: 50 })
    await expect.poll(() => target.seen.length, { timeout: 10_000 }).toBe(5)
    await engine.stop()
    expect(engine.report()).toMatchObject({ unfinished: 5, endpoints: [], users: 0, connections: 0 })
  })
})
