import { describe, expect, it } from 'vitest'
import { readStoreConfig } from './store/config.ts'
import { readWorkerConfig } from './worker/config.ts'

const urls = { DATABASE_URL: 'postgres://user:hidden@127.0.0.1:5432/db', REDIS_URL: 'redis://:hidden@127.0.0.1:6379' }

describe('readStoreConfig', () => {
  it('needs only the two URLs', () => {
    expect(readStoreConfig(urls)).toEqual({
      host: '127.0.0.1',
      port: 8_000,
      databaseUrl: urls.DATABASE_URL,
      databasePoolSize: 10,
      databaseQueueSize: 1_000,
      redisUrl: urls.REDIS_URL,
      cacheTtlMs: 60_000,
      maxRequests: 2_000,
      requestDeadlineMs: 3_000,
      riskyFailureRatio: 0.2,
      riskySeed: undefined,
    })
  })

  it.each([
    ['0%', 0],
    ['12.5%', 0.125],
    ['100%', 1],
  ])('reads %s as a share', (text, ratio) => {
    expect(readStoreConfig({ ...urls, RISKY_FAILURE_RATIO: text, RISKY_SEED: '7' })).toMatchObject({
      riskyFailureRatio: ratio,
      riskySeed: 7,
    })
  })

  it.each(['0.2', '101%', '-1%', '%', 'often'])('does not read %j as a share', (text) => {
    expect(() => readStoreConfig({ ...urls, RISKY_FAILURE_RATIO: text })).toThrow(/\bRISKY_FAILURE_RATIO\b/)
  })

  it('reports all problems at once', () => {
    const read = () => readStoreConfig({ PORT: '80x', STORE_CACHE_TTL: 'long', DATABASE_URL: 'mysql://x', HOST: '' })
    expect(read).toThrow(expect.objectContaining({ code: 'FD_CONFIG_INVALID' }))
    for (const part of ['HOST', 'PORT', 'DATABASE_URL', 'REDIS_URL', 'STORE_CACHE_TTL']) {
      expect(read).toThrow(new RegExp(`\\b${part}\\b`))
    }
  })

  it('never quotes a URL, which may hold a password', () => {
    expect(() => readStoreConfig({ DATABASE_URL: 'mysql://u:hidden@h/d', REDIS_URL: 'hidden' })).not.toThrow(/hidden/)
  })
})

describe('readWorkerConfig', () => {
  it('reads durations and counts', () => {
    const env = { ...urls, WORKER_INTERVAL: '250ms', WORKER_BATCH_SIZE: '20', PORT: '0' }
    expect(readWorkerConfig(env)).toMatchObject({ intervalMs: 250, batchSize: 20, port: 0 })
  })

  it.each([
    ['a batch of none', { WORKER_BATCH_SIZE: '0' }],
    ['part of a transaction', { WORKER_BATCH_SIZE: '1.5' }],
    ['no pause at all', { WORKER_INTERVAL: '0s' }],
    ['an empty port', { PORT: '' }],
    ['a port beyond the last', { PORT: '65536' }],
  ])('refuses %s', (_, wrong) => {
    expect(() => readWorkerConfig({ ...urls, ...wrong })).toThrow(
      expect.objectContaining({ code: 'FD_CONFIG_INVALID' }),
    )
  })
})
