import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Running } from '../running.ts'
import { type Backend, startRedis } from '../test-backends.ts'
import type { QuotesConfig } from './config.ts'
import { type CreateProvider, ProviderError } from './providers/provider.ts'
import type { Quote } from './quote.ts'
import { RedisLink } from './redis/redis-link.ts'
import { Shared } from './redis/shared.ts'
import { startQuotes } from './start.ts'
import { StreamClient } from './test-stream.ts'

/** Long enough that no pause of this machine ends a lease, or makes a price stale. */
const LEASE_MS = 3_000
const STALE_MS = 3_000
/** For who waits until they are over. */
const SHORT = { leaseMs: 600, staleAfterMs: 700 }
const logger = pino({ level: 'silent' })

let redis: Backend
let config: QuotesConfig
const running = new Set<Running>()
const clients = new Set<StreamClient>()

/** What the source does, and which replica asked it when. */
let source: { price: number; mode: 'good' | 'failing' | 'refusing' | 'partial' | 'absurd' | 'silent' }
let asked: { by: string; atMs: number }[]

const sourceOf =
  (by: string): CreateProvider =>
  async ({ nowMs }) => ({
    fetch: async (symbols) => {
      asked.push({ by, atMs: performance.now() })
      if (source.mode === 'failing') throw new Error('the source is broken')
      if (source.mode === 'refusing') throw new ProviderError('too many requests', { retryAfterMs: 60_000 })
      if (source.mode === 'silent') return new Promise(() => undefined)
      source.price++
      const price = source.mode === 'absurd' ? Number.NaN : source.price
      return symbols
        .filter((symbol) => source.mode !== 'partial' || symbol === 'AAPL')
        .map((symbol) => ({ symbol, name: symbol, price, previous: 100, currency: 'USD', tradedAtMs: nowMs() }))
    },
  })

async function start(by = 'one', overrides: Partial<QuotesConfig> = {}): Promise<Running> {
  const service = await startQuotes({ ...config, ...overrides }, logger, sourceOf(by))
  running.add(service)
  return service
}

async function get(service: Running, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(service.address + path, { headers })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> & { quotes: Quote[] },
  }
}

async function stream(service: Running, headers: Record<string, string> = {}): Promise<StreamClient> {
  const client = await StreamClient.open(service.address, headers)
  clients.add(client)
  return client
}

function eventually(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  return waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 10,
  })
}

const readiness = async (service: Running) => {
  const { status, body } = await get(service, '/ready')
  return status === 200 ? body.status : body.code
}
const ready = (service: Running, as: unknown = 'ready') =>
  eventually(`the service to be ${as}`, async () => (await readiness(service)) === as)

async function metric(service: Running, series: string): Promise<number> {
  const text = await (await fetch(`${service.address}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  if (line === undefined) throw new Error(`no series ${series}`)
  return Number(line.slice(series.length + 1))
}

const price = async (service: Running) => (await get(service, '/quotes/AAPL')).body.price as number

beforeAll(async () => {
  redis = await startRedis()
  config = {
    host: '127.0.0.1',
    port: 0,
    redisUrl: redis.url,
    symbols: ['AAPL', 'MSFT'],
    provider: 'simulated',
    intervalMinMs: 40,
    intervalMaxMs: 60,
    staleAfterMs: STALE_MS,
    leaseMs: LEASE_MS,
    seed: 1,
    replayFile: '',
    yahooUrl: '',
    historySize: 50,
    heartbeatMs: 100,
  }
})
afterAll(() => redis?.remove())

beforeEach(async () => {
  source = { price: 100, mode: 'good' }
  asked = []
  // Redis keeps nothing: each test begins with an empty one.
  await redis.kill('SIGKILL')
  await redis.start()
})
afterEach(async () => {
  for (const client of clients) client.close()
  clients.clear()
  await Promise.all([...running].map((service) => service.close()))
  running.clear()
})

describe('quotes over HTTP', () => {
  it('show symbol, price, previous, change and age, in the order that was configured', async () => {
    const service = await start()
    await ready(service)
    const { body } = await get(service, '/quotes')
    expect(body.quotes.map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT'])
    const [apple] = body.quotes
    const value = apple?.price ?? 0
    expect(apple).toMatchObject({ name: 'AAPL', previous: 100, change: value - 100, currency: 'USD', stale: false })
    expect(apple?.changePercent).toBeCloseTo(value - 100)
    expect(Math.abs(Date.parse(apple?.asOf ?? '') - Date.now())).toBeLessThan(5_000)
    expect(apple?.ageMs).toBeLessThan(STALE_MS)
  })

  it.each([
    ['a symbol that is not watched', '/quotes/TSLA', 404, 'FD_QUOTES_SYMBOL_UNKNOWN'],
    ['a symbol of another case', '/quotes/aapl', 404, 'FD_QUOTES_SYMBOL_UNKNOWN'],
    ['a symbol with odd characters', '/quotes/%F0%9F%99%82%00', 404, 'FD_QUOTES_SYMBOL_UNKNOWN'],
    ['a symbol that is too long', `/quotes/${'A'.repeat(21)}`, 400, 'FD_HTTP_INVALID'],
    ['the history of a symbol that is not watched', '/quotes/TSLA/history', 404, 'FD_QUOTES_SYMBOL_UNKNOWN'],
    ['no points of history', '/quotes/AAPL/history?limit=0', 400, 'FD_HTTP_INVALID'],
    ['absurdly many points', '/quotes/AAPL/history?limit=1e9', 400, 'FD_HTTP_INVALID'],
    ['an unknown parameter', '/quotes/AAPL/history?form=2020', 400, 'FD_HTTP_INVALID'],
  ])('refuse %s', async (_, path, status, code) => {
    const service = await start()
    await ready(service)
    expect(await get(service, path)).toMatchObject({ status, body: { code } })
  })

  it('are a 503 with Retry-After before the first price', async () => {
    source.mode = 'failing'
    const service = await start('one', SHORT)
    for (const path of ['/quotes', '/quotes/AAPL', '/quotes/AAPL/history']) {
      const answer = await get(service, path)
      expect(answer).toMatchObject({ status: 503, body: { code: 'FD_QUOTES_NO_PRICE' } })
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    expect(await readiness(service)).toBe('FD_QUOTES_NO_PRICE')
    expect(await metric(service, 'stock_price{symbol="AAPL"}')).toBeNaN()
    await eventually('the wait to be too long', async () => (await metric(service, 'stock_stale{symbol="AAPL"}')) === 1)
  })

  it('answer 304 to who knows the prices already, until there is something new', async () => {
    const service = await start('one', { intervalMinMs: 1_000, intervalMaxMs: 1_000 })
    await ready(service)
    for (const path of ['/quotes', '/quotes/AAPL']) {
      const first = await get(service, path)
      const etag = first.headers.get('etag') ?? ''
      const again = await get(service, path, { 'if-none-match': `"other", ${etag}` })
      expect(again.status).toBe(304)
      expect(again.headers.get('etag')).toBe(etag)
      await eventually('news', async () => (await get(service, path, { 'if-none-match': etag })).status === 200)
    }
  })

  it('have a history, oldest first and no longer than asked for', async () => {
    const service = await start()
    await ready(service)
    await eventually('five prices', async () => (await metric(service, 'stock_price{symbol="AAPL"}')) > 105)
    const { body } = await get(service, '/quotes/AAPL/history?limit=3')
    const points = body.points as { price: number; at: string }[]
    expect(points).toHaveLength(3)
    expect(points.map((point) => point.price - (points[0]?.price ?? 0))).toEqual([0, 1, 2])
  })
})

describe('a source that fails', () => {
  it('leaves the last good prices, marked as stale with their age; ready says no, and it recovers by itself', async () => {
    const service = await start('one', SHORT)
    await ready(service)
    const client = await stream(service)
    source.mode = 'failing'
    await ready(service, 'FD_QUOTES_STALE')
    const { status, body } = await get(service, '/quotes')
    expect(status).toBe(200)
    expect(body.quotes.map(({ price, stale }) => [price, stale])).toEqual([
      [source.price, true],
      [source.price, true],
    ])
    expect(body.quotes[0]?.ageMs).toBeGreaterThan(SHORT.staleAfterMs)
    await eventually('the stream to send it', () => client.events.at(-1)?.quotes.every(({ stale }) => stale) ?? false)
    expect(client.events.at(-1)?.id).toBeUndefined()
    expect(await metric(service, 'stock_stale{symbol="AAPL"}')).toBe(1)
    expect(await metric(service, 'stock_age_seconds{symbol="AAPL"}')).toBeGreaterThan(SHORT.staleAfterMs / 1_000)
    await eventually('the breaker', async () => (await metric(service, 'stock_breaker_state{state="closed"}')) === 0)
    source.mode = 'good'
    await ready(service)
    expect(await metric(service, 'stock_breaker_state{state="closed"}')).toBe(1)
  })

  it.each(['absurd', 'silent'] as const)('is never believed when it is %s', async (mode) => {
    const service = await start('one', SHORT)
    await ready(service)
    source.mode = mode
    await ready(service, 'FD_QUOTES_STALE')
    expect(Number.isInteger(await price(service))).toBe(true)
  })

  it('is left alone for as long as it wants, also by the replica that takes over', async () => {
    source.mode = 'refusing'
    const first = await start('one')
    await eventually('the first to be refused', () => asked.length > 0)
    expect(await metric(first, 'stock_fetches_total{provider="simulated",outcome="refused"}')).toBe(1)
    const second = await start('two')
    await first.close()
    await eventually('the second to take over', async () => (await metric(second, 'stock_fetcher')) === 1)
    source.mode = 'good'
    // Several intervals, in which it would have asked.
    const untilMs = performance.now() + 300
    await eventually('some time to pass', () => performance.now() > untilMs)
    expect(asked.map(({ by }) => by)).toEqual(['one'])
  })

  it('that gives only some prices makes the service degraded, and only the others stale', async () => {
    const service = await start('one', { staleAfterMs: 2_000 })
    await ready(service)
    source.mode = 'partial'
    await ready(service, 'degraded')
    const { body } = await get(service, '/quotes')
    expect(body.quotes.map(({ symbol, stale }) => [symbol, stale])).toEqual([
      ['AAPL', false],
      ['MSFT', true],
    ])
    expect(await metric(service, 'stock_fetches_total{provider="simulated",outcome="partial"}')).toBeGreaterThan(0)
  })
})

describe('the stream', () => {
  it('begins with all prices and goes on with what changes, each with an id', async () => {
    const service = await start()
    await ready(service)
    const client = await stream(service)
    const events = await client.received(4)
    expect(events[0]?.quotes.map(({ symbol }) => symbol)).toEqual(['AAPL', 'MSFT'])
    const ids = events.map(({ id }) => Number(id))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    const prices = events.map(({ quotes }) => quotes[0]?.price ?? 0)
    expect(prices.map((one) => one - (prices[0] ?? 0))).toEqual([0, 1, 2, 3])
  })

  it('resumes after Last-Event-ID with every change that was missed, also on another replica', async () => {
    const [first, second] = [await start('one'), await start('two')]
    await Promise.all([ready(first), ready(second)])
    const client = await stream(first)
    const [, last] = await client.received(2)
    client.close()
    const lastPrice = last?.quotes[0]?.price ?? 0
    await eventually('three more prices', async () => (await price(second)) >= lastPrice + 3)
    const back = await stream(second, { 'last-event-id': last?.id ?? '' })
    const events = await back.received(4)
    expect(events.slice(0, 4).map(({ quotes }) => quotes[0]?.price)).toEqual([1, 2, 3, 4].map((one) => lastPrice + one))
  })

  it.each(['12', 'not a number', ''])(
    'begins again with everything when it does not remember the id "%s"',
    async (id) => {
      const service = await start()
      await ready(service)
      const client = await stream(service, { 'last-event-id': id })
      expect((await client.received(1))[0]?.quotes).toHaveLength(2)
    },
  )

  it('shows that it lives while nothing happens', async () => {
    const service = await start('one', { intervalMinMs: 60_000, intervalMaxMs: 60_000, staleAfterMs: 90_000 })
    await ready(service)
    const client = await stream(service)
    await eventually('three heartbeats', () => client.comments >= 3)
    expect(client.events).toHaveLength(1)
  })

  it('ends when the service stops, at once', async () => {
    const service = await start()
    await ready(service)
    const client = await stream(service)
    await client.received(1)
    const startedMs = performance.now()
    await service.close()
    expect(performance.now() - startedMs).toBeLessThan(4_000)
    await eventually('the end', () => client.hasEnded)
  })
})

describe('several replicas', () => {
  it('fetch once for all, and serve the same', async () => {
    const first = await start('one')
    await ready(first)
    const replicas = [first, await start('two'), await start('three')]
    await Promise.all(replicas.map((replica) => ready(replica)))
    const streams = await Promise.all(replicas.map((replica) => stream(replica)))
    await Promise.all(streams.map((client) => client.received(6)))
    expect(new Set(asked.map(({ by }) => by))).toEqual(new Set(['one']))
    const pricesById = streams.map(({ events }) => new Map(events.map(({ id, quotes }) => [id, quotes[0]?.price])))
    for (const [id, value] of pricesById[0] ?? []) {
      for (const other of pricesById) expect(other.get(id) ?? value).toBe(value)
    }
    const roles = await Promise.all(replicas.map((replica) => metric(replica, 'stock_fetcher')))
    expect(roles).toEqual([1, 0, 0])
  })

  it('go on without a pause when the fetcher stops', async () => {
    const first = await start('one')
    await ready(first)
    const second = await start('two')
    await ready(second)
    const beforeMs = performance.now()
    await first.close()
    await eventually('the second to fetch', () => asked.some(({ by }) => by === 'two'))
    expect(performance.now() - beforeMs).toBeLessThan(LEASE_MS)
    expect((await get(second, '/quotes')).body.quotes.every(({ stale }) => !stale)).toBe(true)
  })

  it('take over from a fetcher that died, when its lease has run out', async () => {
    const link = new RedisLink(redis.url, logger)
    const leaseMs = 1_200
    const dead = new Shared({ link, source: 'simulated', leaseMs, capacity: 5 })
    let diedAtMs = 0
    await eventually('the lease', async () => {
      diedAtMs = performance.now()
      return (await dead.hold().catch(() => undefined))?.isHolder ?? false
    })
    link.close()
    await ready(await start())
    const tookMs = (asked[0]?.atMs ?? 0) - diedAtMs
    expect(tookMs).toBeGreaterThan(leaseMs - 20)
    expect(tookMs).toBeLessThan(leaseMs + 3_000)
  })

  it('give a newcomer the last good prices and the history, though the source fails', async () => {
    const first = await start('one')
    await ready(first)
    await eventually('some prices', async () => (await price(first)) > 104)
    source.mode = 'failing'
    const second = await start('two')
    await eventually('the same price', async () => (await price(second)) === source.price)
    expect((await get(second, '/quotes/AAPL/history')).body.points).toEqual(
      (await get(first, '/quotes/AAPL/history')).body.points,
    )
  })

  it('refuse what a fetcher brings whose term is over, however late it wakes up', async () => {
    const links = [new RedisLink(redis.url, logger), new RedisLink(redis.url, logger)]
    const [old, successor] = links.map((link) => new Shared({ link, source: 'x', leaseMs: 1_000, capacity: 5 })) as [
      Shared,
      Shared,
    ]
    const one = { symbol: 'A', name: 'A', previous: 1, currency: 'USD', tradedAtMs: 1 }
    const holds = (shared: Shared) => async () => (await shared.hold().catch(() => undefined))?.isHolder ?? false
    await eventually('the lease', holds(old))
    const oldTerm = old.term ?? ''
    expect((await successor.hold()).isHolder).toBe(false)
    await eventually('the lease to pass', holds(successor))
    const published = await successor.publish(successor.term ?? '', 0, {
      fetchedAtMs: 2,
      prices: [{ ...one, price: 2 }],
    })
    expect(published?.id).toBeGreaterThan(0)
    expect(await old.publish(oldTerm, 0, { fetchedAtMs: 1, prices: [{ ...one, price: 1 }] })).toBeUndefined()
    expect(old.term).toBeUndefined()
    // Nor does it count when it has the lease again: that is another term.
    await successor.release()
    await eventually('the lease to come back', holds(old))
    expect(await old.publish(oldTerm, 0, { fetchedAtMs: 3, prices: [{ ...one, price: 1 }] })).toBeUndefined()
    expect((await old.load()).prices.map(({ price: value }) => value)).toEqual([2])
    for (const link of links) link.close()
  })
})

describe('without Redis', () => {
  it('each replica fetches for itself, within the lease; then they share again, and no stream goes back in time', async () => {
    const [first, second] = [await start('one', SHORT), await start('two', SHORT)]
    await Promise.all([ready(first), ready(second)])
    const client = await stream(second)
    await redis.kill('SIGKILL')
    await eventually('both to fetch', () => {
      const recent = asked.filter(({ atMs }) => atMs > performance.now() - 150)
      return new Set(recent.map(({ by }) => by)).size === 2
    })
    expect(await readiness(first)).toBe('degraded')
    await redis.start()
    await Promise.all([ready(first), ready(second)])
    await eventually('one to fetch for both', () => {
      const recent = asked.filter(({ atMs }) => atMs > performance.now() - 300)
      return new Set(recent.map(({ by }) => by)).size === 1
    })
    const before = client.events.length
    const events = await client.received(before + 3)
    const ids = events.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]))
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  })

  it('that hangs, requests are answered at once and prices stay fresh', async () => {
    const service = await start('one', SHORT)
    await ready(service)
    redis.pause()
    try {
      await ready(service, 'degraded')
      const untilMs = performance.now() + 2 * SHORT.staleAfterMs
      const tookMs: number[] = []
      await eventually('some time to pass', async () => {
        const startedMs = performance.now()
        const { status } = await get(service, '/quotes')
        expect(status).toBe(200)
        tookMs.push(performance.now() - startedMs)
        return performance.now() > untilMs
      })
      // Half of what a command of Redis may take. One that this machine holds up is not held up by Redis.
      expect(tookMs.filter((ms) => ms > 250).length).toBeLessThanOrEqual(tookMs.length / 10)
    } finally {
      redis.resume()
    }
    await ready(service)
  })

  it('from the start, prices come all the same', async () => {
    await redis.kill('SIGKILL')
    const service = await start('one', SHORT)
    await ready(service, 'degraded')
    await redis.start()
    await ready(service)
  })
})
