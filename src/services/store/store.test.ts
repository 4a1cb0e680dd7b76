import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Running } from '../running.ts'
import { type Backend, startPostgres, startRedis } from '../test-backends.ts'
import type { StoreConfig } from './config.ts'
import { startStore } from './start.ts'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let redis: Backend
let config: StoreConfig
let store: Running

beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  config = {
    host: '127.0.0.1',
    port: 0,
    databaseUrl: postgres.url,
    databasePoolSize: 5,
    redisUrl: redis.url,
    databaseQueueSize: 1_000,
    cacheTtlMs: 60_000,
    maxRequests: 2_000,
    requestDeadlineMs: 3_000,
    riskyFailureRatio: 0.2,
    riskySeed: 1,
  }
  store = await startStore(config, pino({ level: 'silent' }))
  await ready('ready')
})

afterAll(async () => {
  await store?.close()
  await Promise.all([postgres?.remove(), redis?.remove()])
})

interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
  ms: number
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const startedMs = performance.now()
  const response = await fetch(store.address + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    ms: performance.now() - startedMs,
  }
  return answer
}

async function metric(series: string, of: Running = store): Promise<number> {
  const text = await (await fetch(`${of.address}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
}

function ready(status: 'ready' | 'degraded', of: Running = store): Promise<void> {
  return waitUntil(
    async () => {
      const response = await fetch(`${of.address}/ready`)
      const body = (await response.json()) as { status?: unknown }
      return response.ok && body.status === status ? done(undefined) : notYet(JSON.stringify(body))
    },
    { what: `the store to be ${status}`, timeoutMs: 20_000, intervalMs: 20 },
  )
}

const hits = () => metric('redis_app_cache_hit_total{cache="items"}')
const misses = () => metric('redis_app_cache_miss_total{cache="items"}')
const errors = () => metric('redis_app_cache_errors_total{cache="items"}')

describe('the metrics of the store', () => {
  it.each([
    'http_requests_total{method="GET",route="/items/:key",status="200"}',
    'http_requests_total{method="GET",route="/items/:key",status="503"}',
    'http_requests_total{method="POST",route="/items",status="201"}',
    'http_requests_total{method="POST",route="/transactions",status="500"}',
    'redis_app_cache_hit_total{cache="items"}',
    'redis_app_cache_miss_total{cache="items"}',
    'items_created_total',
    'items_updated_total',
    'items_deleted_total',
    'transactions_replayed_total',
    'http_exceptions_total{method="GET",route="/risky"}',
    'http_requests_refused_total{reason="in_flight"}',
    'http_requests_refused_total{reason="database_queue"}',
    'http_requests_expired_total',
    'transactions_created_total',
    'db_query_duration_seconds_count{operation="item_get"}',
    'db_query_errors_total{operation="item_get"}',
    'db_pool_waiting',
    'db_pool_connections{state="used"}',
  ])('%s is 0 before the first request', async (series) => expect(await metric(series)).toBe(0))
})

describe('items', () => {
  it('are created, read, changed and deleted', async () => {
    const created = await call('POST', '/items', { key: 'crud', value: 'one' })
    expect(created).toMatchObject({ status: 201, body: { key: 'crud', value: 'one' } })
    expect(created.headers.get('location')).toBe('/items/crud')
    expect((await call('GET', '/items/crud')).body).toEqual(created.body)

    const changed = await call('PUT', '/items/crud', { value: 'two' })
    expect(changed).toMatchObject({ status: 200, body: { value: 'two', createdAt: created.body.createdAt } })
    expect((await call('GET', '/items/crud')).body).toEqual(changed.body)

    expect((await call('DELETE', '/items/crud')).status).toBe(204)
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { value: 'x' }]] as const) {
      expect(await call(method, '/items/crud', body)).toMatchObject({
        status: 404,
        body: { code: 'FD_STORE_ITEM_UNKNOWN' },
      })
    }
  })

  it('refuse a key that exists and keep its value', async () => {
    const before = await metric('items_created_total')
    await call('POST', '/items', { key: 'twice', value: 'first' })
    const second = await call('POST', '/items', { key: 'twice', value: 'second' })
    expect(second).toMatchObject({ status: 409, body: { code: 'FD_STORE_ITEM_EXISTS' } })
    expect((await call('GET', '/items/twice')).body.value).toBe('first')
    expect(await metric('items_created_total')).toBe(before + 1)
  })

  it.each([
    ['200 characters', 'k'.repeat(200)],
    ['200 characters outside the basic plane', '🙂'.repeat(200)],
    ['slashes, spaces and percent signs', 'a/b c%2F?&#'],
    ['quotes and line breaks', `"'\\\n\r\t`],
  ])('take a key of %s', async (_, key) => {
    const path = `/items/${encodeURIComponent(key)}`
    expect((await call('POST', '/items', { key, value: key })).status).toBe(201)
    expect((await call('GET', path)).body).toMatchObject({ key, value: key })
    expect((await call('DELETE', path)).status).toBe(204)
  })

  it('take a value of exactly 64 KiB, however it is written', async () => {
    const value = '\u0001'.repeat(64 * 1024)
    const written = `{"key":"large","value":"${'\\u0001'.repeat(64 * 1024)}"}`
    expect((await call('POST', '/items', written)).status).toBe(201)
    expect((await call('GET', '/items/large')).body.value).toBe(value)
    expect((await call('GET', '/items/large')).body.value).toBe(value)
    await call('DELETE', '/items/large')
  })

  it('are listed in the order of their bytes, page by page, each once', async () => {
    const keys = ['page-Z', 'page-a', 'page-B', 'page-ä', 'page-1']
    for (const key of keys) await call('POST', '/items', { key, value: '' })
    const seen: string[] = []
    let after: string | null = 'page-'
    while (after !== null) {
      const { body } = await call('GET', `/items?limit=2&after=${encodeURIComponent(after)}`)
      const { items, next } = body as { items: { key: string }[]; next: string | null }
      seen.push(...items.map((item) => item.key))
      after = next
    }
    expect(seen.filter((key) => key.startsWith('page-'))).toEqual(['page-1', 'page-B', 'page-Z', 'page-a', 'page-ä'])
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('transactions', () => {
  it('are created and read', async () => {
    const created = await call('POST', '/transactions', { amount: '12.34', currency: 'EUR' })
    expect(created).toMatchObject({ status: 201, body: { amount: '12.3400', currency: 'EUR', batchId: null } })
    expect((await call('GET', `/transactions/${created.body.id}`)).body).toEqual(created.body)
    expect(await call('GET', '/transactions/999999999999')).toMatchObject({
      status: 404,
      body: { code: 'FD_STORE_TRANSACTION_UNKNOWN' },
    })
  })

  it('are each what was asked for when many are created at once', async () => {
    const orders = Array.from({ length: 60 }, (_, n) => ({
      amount: ['3', '3.5', '3.50', '12.3456'][n % 4] as string,
      currency: n % 3 === 0 ? 'EUR' : 'USD',
    }))
    const answers = await Promise.all(orders.map((order) => call('POST', '/transactions', order)))
    const stored = ['3.0000', '3.5000', '3.5000', '12.3456']
    for (const [n, { currency }] of orders.entries())
      expect(answers[n]).toMatchObject({ status: 201, body: { amount: stored[n % 4], currency, batchId: null } })
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(60)
    const [last] = answers.slice(-1)
    expect((await call('GET', `/transactions/${last?.body.id}`)).body).toEqual(last?.body)
  })

  it('are one, for twenty requests at once with one key', async () => {
    const before = await metric('transactions_created_total')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call('POST', '/transactions', { amount: '7', currency: 'USD' }, { 'idempotency-key': 'one key' }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201])
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
    expect(await postgres.query("select 1 from transactions where idempotency_key = 'one key'")).toHaveLength(1)
    expect(await metric('transactions_created_total')).toBe(before + 1)
  })

  it('are each its own when many are created at once, also with keys that two replicas use in opposite order', async () => {
    const other = await startStore(config, pino({ level: 'silent' }))
    const keys = Array.from({ length: 40 }, (_, n) => `crossed-${n}`)
    const book = async (address: string, key: string) => {
      const response = await fetch(`${address}/transactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ amount: `${1 + keys.indexOf(key)}.5`, currency: 'EUR' }),
      })
      return { status: response.status, body: (await response.json()) as { id: string; amount: string } }
    }
    try {
      const answers = await Promise.all([
        ...keys.map((key) => book(store.address, key)),
        ...[...keys].reverse().map((key) => book(other.address, key)),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([...keys.map(() => 200), ...keys.map(() => 201)])
      for (const [index] of keys.entries()) {
        expect(answers[index]?.body).toMatchObject({ amount: `${1 + index}.5000` })
        expect(answers[79 - index]?.body).toEqual(answers[index]?.body)
      }
      expect(await postgres.query("select 1 from transactions where idempotency_key like 'crossed-%'")).toHaveLength(40)
    } finally {
      await other.close()
    }
  })

  it('take an amount written in another way for the same one, and refuse another one', async () => {
    const headers = { 'idempotency-key': 'another key' }
    await call('POST', '/transactions', { amount: '7.50', currency: 'USD' }, headers)
    expect((await call('POST', '/transactions', { amount: '7.5', currency: 'USD' }, headers)).status).toBe(200)
    for (const body of [
      { amount: '7.51', currency: 'USD' },
      { amount: '7.50', currency: 'EUR' },
    ]) {
      expect(await call('POST', '/transactions', body, headers)).toMatchObject({
        status: 422,
        body: { code: 'FD_STORE_IDEMPOTENCY_MISMATCH' },
      })
    }
  })

  it('are listed newest first, page by page, also while new ones arrive', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      ids.unshift(String((await call('POST', '/transactions', { amount: '1', currency: 'CHF' })).body.id))
    }
    const first = await call('GET', '/transactions?limit=3')
    await call('POST', '/transactions', { amount: '2', currency: 'CHF' })
    const second = await call('GET', `/transactions?limit=2&after=${first.body.next}`)
    const listed = [first, second].flatMap((page) => (page.body.transactions as { id: string }[]).map((one) => one.id))
    expect(listed).toEqual(ids)
  })
})

describe('a bad request', () => {
  const item = { key: 'bad', value: 'x' }
  const money = { amount: '1', currency: 'EUR' }
  it.each<[string, string, string, unknown, number, string]>([
    ['no key', 'POST', '/items', { value: 'x' }, 400, 'FD_HTTP_INVALID'],
    ['an empty key', 'POST', '/items', { ...item, key: '' }, 400, 'FD_HTTP_INVALID'],
    ['a key of 201 characters', 'POST', '/items', { ...item, key: 'k'.repeat(201) }, 400, 'FD_HTTP_INVALID'],
    ['a key that is a dot segment', 'POST', '/items', { ...item, key: '..' }, 400, 'FD_HTTP_INVALID'],
    ['NUL in a key', 'POST', '/items', { ...item, key: 'a\0b' }, 400, 'FD_HTTP_INVALID'],
    ['NUL in a value', 'POST', '/items', { ...item, value: '\0' }, 400, 'FD_HTTP_INVALID'],
    ['half a surrogate pair', 'POST', '/items', { ...item, value: '\ud800' }, 400, 'FD_HTTP_INVALID'],
    ['NUL in a path', 'GET', '/items/a%00b', undefined, 400, 'FD_HTTP_INVALID'],
    ['NUL in a cursor', 'GET', '/items?after=%00', undefined, 400, 'FD_HTTP_INVALID'],
    ['a path with no key', 'GET', '/items/', undefined, 400, 'FD_HTTP_INVALID'],
    ['a number for a value', 'POST', '/items', { ...item, value: 1 }, 400, 'FD_HTTP_INVALID'],
    ['an unknown field', 'POST', '/items', { ...item, extra: 1 }, 400, 'FD_HTTP_INVALID'],
    ['an unknown parameter', 'GET', '/items?page=2', undefined, 400, 'FD_HTTP_INVALID'],
    ['broken JSON', 'POST', '/items', '{"key":', 400, 'FD_HTTP_INVALID'],
    ['no JSON object', 'POST', '/items', 'null', 400, 'FD_HTTP_INVALID'],
    ['a prototype', 'POST', '/items', '{"key":"p","value":"x","__proto__":{}}', 400, 'FD_HTTP_INVALID'],
    ['a limit of 0', 'GET', '/items?limit=0', undefined, 400, 'FD_HTTP_INVALID'],
    ['a limit of 101', 'GET', '/transactions?limit=101', undefined, 400, 'FD_HTTP_INVALID'],
    ['a limit in words', 'GET', '/items?limit=many', undefined, 400, 'FD_HTTP_INVALID'],
    ['a value over 64 KiB', 'PUT', '/items/x', { value: 'ä'.repeat(32_769) }, 413, 'FD_STORE_VALUE_TOO_LARGE'],
    ['a body over the limit', 'POST', '/items', { ...item, value: 'x'.repeat(600_000) }, 413, 'FD_HTTP_TOO_LARGE'],
    ['a number for an amount', 'POST', '/transactions', { ...money, amount: 1 }, 400, 'FD_HTTP_INVALID'],
    ['an amount of zero', 'POST', '/transactions', { ...money, amount: '0.0000' }, 400, 'FD_HTTP_INVALID'],
    ['a negative amount', 'POST', '/transactions', { ...money, amount: '-1' }, 400, 'FD_HTTP_INVALID'],
    ['five decimal places', 'POST', '/transactions', { ...money, amount: '1.00001' }, 400, 'FD_HTTP_INVALID'],
    [
      'an amount beyond the column',
      'POST',
      '/transactions',
      { ...money, amount: '1'.repeat(17) },
      400,
      'FD_HTTP_INVALID',
    ],
    ['NaN', 'POST', '/transactions', { ...money, amount: 'NaN' }, 400, 'FD_HTTP_INVALID'],
    ['a currency in lower case', 'POST', '/transactions', { ...money, currency: 'eur' }, 400, 'FD_HTTP_INVALID'],
    ['an id in words', 'GET', '/transactions/first', undefined, 400, 'FD_HTTP_INVALID'],
    ['an id beyond bigint', 'GET', `/transactions/${'9'.repeat(19)}`, undefined, 400, 'FD_HTTP_INVALID'],
    ['an unknown route', 'GET', '/nothing', undefined, 404, 'FD_HTTP_NOT_FOUND'],
  ])('with %s is answered with the reason', async (_, method, path, body, status, code) => {
    expect(await call(method, path, body)).toMatchObject({ status, body: { status, code } })
  })

  it('with another content type is answered with the reason', async () => {
    expect(await call('POST', '/items', 'key=a', { 'content-type': 'text/csv' })).toMatchObject({
      status: 415,
      body: { code: 'FD_HTTP_UNSUPPORTED_MEDIA_TYPE' },
    })
  })

  it('with an Idempotency-Key that is too long is answered with the reason', async () => {
    const headers = { 'idempotency-key': 'k'.repeat(201) }
    expect(await call('POST', '/transactions', money, headers)).toMatchObject({
      status: 400,
      body: { code: 'FD_HTTP_INVALID' },
    })
  })
})

describe('the cache', () => {
  it('misses, then hits, and forgets what was changed', async () => {
    await call('POST', '/items', { key: 'cached', value: 'old' })
    const [hitsBefore, missesBefore] = [await hits(), await misses()]
    expect((await call('GET', '/items/cached')).headers.get('x-cache')).toBe('miss')
    const second = await call('GET', '/items/cached')
    expect(second.headers.get('x-cache')).toBe('hit')
    expect([await hits(), await misses()]).toEqual([hitsBefore + 1, missesBefore + 1])

    await call('PUT', '/items/cached', { value: 'new' })
    const third = await call('GET', '/items/cached')
    expect(third.headers.get('x-cache')).toBe('miss')
    expect(third.body.value).toBe('new')
  })

  it('makes one read of the database of a burst of misses, also right after a change', async () => {
    await call('POST', '/items', { key: 'burst', value: 'old' })
    const reads = () => metric('db_query_duration_seconds_count{operation="item_get"}')
    for (const value of ['old', 'new']) {
      if (value === 'new') await call('PUT', '/items/burst', { value })
      const before = await reads()
      const [release, missesBefore] = [await lockItems(), await misses()]
      const burst = Array.from({ length: 50 }, () => call('GET', '/items/burst'))
      await waitUntil(
        async () => ((await misses()) === missesBefore + 50 ? done(undefined) : notYet(`${await misses()}`)),
        { what: '50 misses', timeoutMs: 20_000, intervalMs: 10 },
      )
      await release()
      expect(new Set((await Promise.all(burst)).map(({ body }) => body.value))).toEqual(new Set([value]))
      expect(await reads()).toBe(before + 1)
    }
  })

  it('does not let a read that began before a deletion answer for one that begins after it', async () => {
    const other = await startStore(config, pino({ level: 'silent' }))
    try {
      await call('POST', '/items', { key: 'gone', value: 'here' })
      for (let n = 0; n < 20; n++) {
        const early = Array.from({ length: 10 }, () => call('GET', '/items/gone'))
        await fetch(`${other.address}/items/gone`, { method: 'DELETE' })
        expect((await call('GET', '/items/gone')).status).toBe(404)
        await Promise.all(early)
        expect((await call('GET', '/items/gone')).status).toBe(404)
        await call('POST', '/items', { key: 'gone', value: 'here' })
      }
    } finally {
      await other.close()
    }
  })

  it('serves the value that was written last, however reads and writes meet', async () => {
    await call('POST', '/items', { key: 'contended', value: '0' })
    for (let n = 1; n <= 40; n++) {
      const reads = Array.from({ length: 4 }, () => call('GET', '/items/contended'))
      await call('PUT', '/items/contended', { value: String(n) })
      expect((await call('GET', '/items/contended')).body.value).toBe(String(n))
      await Promise.all(reads)
      expect((await call('GET', '/items/contended')).body.value).toBe(String(n))
    }
  })

  describe('without Redis', () => {
    afterEach(async () => {
      redis.resume()
      await redis.start()
      await ready('ready')
    })

    it('is missed by nobody: right answers, no 5xx, and it comes back by itself', async () => {
      await call('POST', '/items', { key: 'alone', value: 'old' })
      await call('GET', '/items/alone')
      await redis.kill('SIGKILL')
      await ready('degraded')
      const before = await errors()

      expect(await call('GET', '/items/alone')).toMatchObject({ status: 200, body: { value: 'old' } })
      expect(await call('PUT', '/items/alone', { value: 'new' })).toMatchObject({ status: 200 })
      expect(await call('GET', '/items/alone')).toMatchObject({ status: 200, body: { value: 'new' } })
      expect((await call('POST', '/items', { key: 'alone-too', value: '' })).status).toBe(201)
      expect((await call('DELETE', '/items/alone-too')).status).toBe(204)
      expect(await errors()).toBeGreaterThan(before)

      await redis.start()
      await ready('ready')
      await waitUntil(
        async () => {
          const { headers, body } = await call('GET', '/items/alone')
          expect(body.value).toBe('new')
          return headers.get('x-cache') === 'hit' ? done(undefined) : notYet(`${headers.get('x-cache')}`)
        },
        { what: 'a hit', timeoutMs: 20_000, intervalMs: 100 },
      )
    })

    it('delays three requests by 100 ms when it hangs, then one a second, and never serves what it missed', async () => {
      await call('POST', '/items', { key: 'hung', value: 'old' })
      await call('GET', '/items/hung')
      expect((await call('GET', '/items/hung')).headers.get('x-cache')).toBe('hit')
      redis.pause()
      const changed = await call('PUT', '/items/hung', { value: 'new' })
      expect(changed.status).toBe(200)
      expect(changed.ms).toBeLessThan(2_500)
      const answers: Answer[] = []
      for (let n = 0; n < 20; n++) answers.push(await call('GET', '/items/hung'))
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
      expect(answers.map((answer) => answer.body.value)).toEqual(answers.map(() => 'new'))
      // All of them would be, if it went on asking.
      expect(answers.filter((answer) => answer.ms > 90).length).toBeLessThan(15)
      expect((await call('GET', '/ready')).body).toMatchObject({ status: 'degraded' })

      redis.resume()
      await ready('ready')
      expect((await call('GET', '/items/hung')).body.value).toBe('new')
    })
  })
})

/** Makes every statement that touches the items wait until it is released. */
async function lockItems(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query('begin; lock table items')
  return async () => {
    await client.query('rollback')
    await client.end()
  }
}

describe('/risky', () => {
  it('fails as often as it is set to, in the same order for the same seed, and each failure is counted', async () => {
    const runs: number[][] = []
    for (let run = 0; run < 2; run++) {
      const own = await startStore({ ...config, riskyFailureRatio: 0.2, riskySeed: 42 }, pino({ level: 'silent' }))
      try {
        const statuses: number[] = []
        for (let n = 0; n < 200; n++) statuses.push((await fetch(`${own.address}/risky`)).status)
        const failed = statuses.filter((status) => status === 500).length
        expect(new Set(statuses)).toEqual(new Set([200, 500]))
        expect(Math.abs(failed - 40)).toBeLessThan(20)
        expect(await metric('http_exceptions_total{method="GET",route="/risky"}', own)).toBe(failed)
        runs.push(statuses)
      } finally {
        await own.close()
      }
    }
    expect(runs[0]).toEqual(runs[1])
  })

  it('never fails at 0 % and says what it did at 100 %', async () => {
    for (const [riskyFailureRatio, status] of [
      [0, 200],
      [1, 500],
    ] as const) {
      const own = await startStore({ ...config, riskyFailureRatio }, pino({ level: 'silent' }))
      const response = await fetch(`${own.address}/risky`)
      expect(response.status).toBe(status)
      if (status === 500) expect(await response.json()).toMatchObject({ status, code: 'FD_STORE_RISKY' })
      await own.close()
    }
  })
})

describe('with too much to do', () => {
  async function overloadedStore(changes: Partial<StoreConfig>) {
    const own = await startStore({ ...config, ...changes }, pino({ level: 'silent' }))
    await ready('ready', own)
    const get = async (path: string) => {
      const startedMs = performance.now()
      const response = await fetch(own.address + path)
      const body = (await response.json()) as { code?: string }
      const retryAfter = response.headers.get('retry-after')
      return { status: response.status, code: body.code, retryAfter, ms: performance.now() - startedMs }
    }
    return { own, get }
  }

  it('refuses at once who would find too long a queue, serves the rest, and goes on from the cache', async () => {
    await call('POST', '/items', { key: 'hot', value: 'x' })
    await call('GET', '/items/hot')
    const { own, get } = await overloadedStore({ databasePoolSize: 2, databaseQueueSize: 3 })
    const release = await lockItems()
    const asked = Array.from({ length: 25 }, () => get('/items'))
    await waitUntil(
      async () => {
        const refused = await metric('http_requests_refused_total{reason="database_queue"}', own)
        return refused === 20 ? done(undefined) : notYet(`${refused} refused`)
      },
      // While those before them still wait for the table: that is at once.
      { what: '20 refusals', timeoutMs: 20_000, intervalMs: 10 },
    )
    expect(await get('/items/hot')).toMatchObject({ status: 200 })
    await release()
    const answers = await Promise.all(asked)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    const refusals = answers.filter(({ status }) => status === 503)
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'FD_SERVICE_OVERLOADED', retryAfter: '1' })
    expect(refusals).toHaveLength(20)
    expect(await get('/items')).toMatchObject({ status: 200 })
    await own.close()
  })

  it('refuses the request too many, but no probe', async () => {
    const { own, get } = await overloadedStore({ maxRequests: 2 })
    const release = await lockItems()
    const asked = Array.from({ length: 2 }, () => get('/items'))
    await waitUntil(
      async () => {
        const waiting = await metric('http_requests_in_flight{method="GET",route="/items"}', own)
        return waiting === 2 ? done(undefined) : notYet(`${waiting} in flight`)
      },
      { what: '2 requests in flight', timeoutMs: 20_000, intervalMs: 10 },
    )
    expect(await get('/transactions')).toMatchObject({ status: 503, code: 'FD_SERVICE_OVERLOADED', retryAfter: '1' })
    for (const probe of ['/health', '/ready']) expect(await get(probe)).toMatchObject({ status: 200 })
    expect(await metric('http_requests_refused_total{reason="in_flight"}', own)).toBe(1)
    await release()
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ status: 200 })
    await own.close()
  })

  it('answers within the deadline, even if a statement does not end', async () => {
    const { own, get } = await overloadedStore({ requestDeadlineMs: 1_500, databasePoolSize: 2 })
    const release = await lockItems()
    expect(await get('/items')).toMatchObject({ status: 503, code: 'FD_DATABASE_UNAVAILABLE' })
    await release()
    expect(await get('/items')).toMatchObject({ status: 200 })
    await own.close()
  })

  it('answers within the deadline, even if PostgreSQL does not', async () => {
    const { own, get } = await overloadedStore({ requestDeadlineMs: 300 })
    // The postmaster only lets new sessions in; it is their own processes that run statements.
    const sessions = (await postgres.query(
      "select pid from pg_stat_activity where application_name = 'firedrill-store'",
    )) as { pid: number }[]
    for (const { pid } of sessions) process.kill(pid, 'SIGSTOP')
    try {
      const answer = await get('/items')
      expect(answer).toMatchObject({ status: 503, code: 'FD_SERVICE_DEADLINE', retryAfter: '1' })
      expect(answer.ms).toBeLessThan(3_000)
      expect(await metric('http_requests_expired_total', own)).toBe(1)
    } finally {
      for (const { pid } of sessions) process.kill(pid, 'SIGCONT')
    }
    await own.close()
    await ready('ready')
  })
})

describe('without PostgreSQL', () => {
  afterEach(async () => {
    await postgres.start()
    await ready('ready')
  })

  it('answers 503 with Retry-After at once, stays alive, and recovers without a restart', async () => {
    await call('POST', '/items', { key: 'durable', value: 'kept' })
    await call('GET', '/items/durable')
    await postgres.kill('SIGKILL')
    await waitUntil(async () => ((await call('GET', '/ready')).status === 503 ? done(undefined) : notYet('ready')), {
      what: 'the store not to be ready',
      timeoutMs: 20_000,
      intervalMs: 20,
    })
    for (const [method, path, body] of [
      ['GET', '/items', undefined],
      ['POST', '/items', { key: 'lost', value: '' }],
      ['POST', '/transactions', { amount: '1', currency: 'EUR' }],
      ['GET', '/transactions/1', undefined],
      ['GET', '/ready', undefined],
    ] as const) {
      const answer = await call(method, path, body)
      expect(answer).toMatchObject({ status: 503, body: { code: 'FD_DATABASE_UNAVAILABLE' } })
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.ms).toBeLessThan(2_500)
    }
    const cached = await call('GET', '/items/durable')
    expect(cached).toMatchObject({ status: 200, body: { value: 'kept' } })
    expect(cached.headers.get('x-cache')).toBe('hit')
    expect((await call('GET', '/health')).status).toBe(200)
    expect(await metric('db_query_errors_total{operation="item_list"}')).toBeGreaterThan(0)

    await postgres.start()
    await ready('ready')
    expect(await call('GET', '/items/durable')).toMatchObject({ status: 200, body: { value: 'kept' } })
    expect((await call('POST', '/items', { key: 'found', value: '' })).status).toBe(201)
  })

  it('gives up on a statement that hangs, and on a pool that is full of them, within 3 s', async () => {
    const release = await lockItems()
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('GET', '/items')))
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'FD_DATABASE_UNAVAILABLE' } })
      expect(answer.ms).toBeLessThan(3_000)
    }
    await release()
    expect((await call('GET', '/items')).status).toBe(200)
  })
})

describe('starting and stopping', () => {
  it('listens before PostgreSQL is there, and is ready when it is', async () => {
    await postgres.kill('SIGINT')
    const early = await startStore(config, pino({ level: 'silent' }))
    try {
      expect((await fetch(`${early.address}/health`)).status).toBe(200)
      expect((await fetch(`${early.address}/ready`)).status).toBe(503)
      await postgres.start()
      await waitUntil(
        async () => ((await fetch(`${early.address}/ready`)).status === 200 ? done(undefined) : notYet('503')),
        { what: 'the early store to be ready', timeoutMs: 20_000, intervalMs: 20 },
      )
    } finally {
      await early.close()
    }
  })

  it('creates the tables once when several replicas start at the same moment', async () => {
    await postgres.query('drop table if exists transactions, batches, items')
    const replicas = await Promise.all(Array.from({ length: 4 }, () => startStore(config, pino({ level: 'silent' }))))
    for (const replica of replicas) {
      await waitUntil(
        async () => ((await fetch(`${replica.address}/ready`)).status === 200 ? done(undefined) : notYet('503')),
        { what: 'a replica to be ready', timeoutMs: 20_000, intervalMs: 20 },
      )
    }
    await Promise.all(replicas.map((replica) => replica.close()))
    expect(await postgres.query('select count(*)::int as n from items')).toEqual([{ n: 0 }])
  })

  it('says so when the port is taken', async () => {
    const port = Number(new URL(store.address).port)
    await expect(startStore({ ...config, port }, pino({ level: 'silent' }))).rejects.toMatchObject({
      code: 'FD_SERVICE_PORT_TAKEN',
    })
  })

  it('finishes a request that is under way, refuses the next, and ends at once then', async () => {
    const leaving = await startStore(config, pino({ level: 'silent' }))
    await ready('ready', leaving)
    const release = await lockItems()
    const underWay = fetch(`${leaving.address}/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'last words', value: 'stored' }),
    })
    await waitUntil(
      async () => {
        const text = await (await fetch(`${leaving.address}/metrics`)).text()
        return text.includes('http_requests_in_flight{method="POST",route="/items"} 1') ? done(undefined) : notYet('0')
      },
      { what: 'the request to be in flight', timeoutMs: 20_000, intervalMs: 10 },
    )
    const closing = leaving.close()
    await release()
    const releasedMs = performance.now()
    expect((await underWay).status).toBe(201)
    await closing
    expect(performance.now() - releasedMs).toBeLessThan(2_500)
    await expect(fetch(`${leaving.address}/health`)).rejects.toThrow()
    expect((await call('GET', '/items/last%20words')).body.value).toBe('stored')
  })
})
