import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { Metrics } from '../../../telemetry/metrics.ts'
import { type Backend, startRedis } from '../../test-backends.ts'
import { Cache } from './cache.ts'

let redis: Backend
let cache: Cache

beforeAll(async () => {
  redis = await startRedis()
  const logger = pino({ level: 'silent' })
  cache = new Cache({ url: redis.url, name: 'test', ttlMs: 60_000, metrics: new Metrics(), logger })
  await waitUntil(async () => ((await cache.isUp()) ? done(undefined) : notYet('not up')), {
    what: 'the cache to be up',
    timeoutMs: 20_000,
    intervalMs: 10,
  })
})

afterAll(async () => {
  cache?.close()
  await redis?.remove()
})

describe('Cache', () => {
  // A command takes 32 keys.
  it.each([1, 31, 32, 33, 64, 100])('gives each of %i that are asked for at once its own answer', async (many) => {
    const keys = Array.from({ length: many }, (_, n) => `${many}-${n}`)
    await Promise.all(keys.filter((_, n) => n % 3 !== 0).map((key) => cache.fill(key, `value of ${key}`)))
    const expected = keys.map((key, n) =>
      n % 3 === 0 ? { kind: 'miss', since: '' } : { kind: 'hit', value: `value of ${key}` },
    )
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(expected)
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(expected)
  })
})
