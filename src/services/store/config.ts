import { count, defineSettings, durationMs, ratio, seed } from '../../base/schema/settings.ts'
import { logLevel } from '../../telemetry/log-level.ts'
import type { FaultSettings } from '../faults/add-faults.ts'
import { readSettings } from '../settings.ts'

export interface StoreConfig {
  /** Default 127.0.0.1. */
  host: string
  /** Default 8000; 0 takes a free one. */
  port: number
  /** postgres://user:password@host:port/name */
  databaseUrl: string
  /** Connections to PostgreSQL, 1-100. Default 10. */
  databasePoolSize: number
  /** Requests that may wait for a connection to PostgreSQL, 1-10000. Default 1000. */
  databaseQueueSize: number
  /** redis://:password@host:port */
  redisUrl: string
  /** How long an item stays in the cache. Default 60 s. */
  cacheTtlMs: number
  /** Requests that may be under way at once, 1-100000. Default 2000. */
  maxRequests: number
  /** From when a request has been read to its answer. Default 3 s. */
  requestDeadlineMs: number
  /** Share of the requests to /risky that fail, 0-1. Default 20 %. */
  riskyFailureRatio: number
  /** Makes the failures of /risky the same ones each time; drawn when it is not set. */
  riskySeed: number | undefined
  /** Lets control break the service on purpose. Default: nobody can. */
  faults?: FaultSettings | undefined
}

/** What can be set on a store while the stack is up. */
export const storeSettings = defineSettings({
  STORE_CACHE_TTL: durationMs('60s', 1, 'how long an item stays in the cache'),
  REQUEST_DEADLINE: durationMs('3s', 100, 'from when a request was read to its answer'),
  RISKY_FAILURE_RATIO: ratio('20%', 'share of the requests to /risky that fail'),
  RISKY_SEED: seed('makes the failures of /risky the same ones each time'),
  MAX_REQUESTS: count(2_000, 100_000, 'requests that may be under way at once'),
  DATABASE_POOL_SIZE: count(10, 100, 'connections to PostgreSQL'),
  DATABASE_QUEUE_SIZE: count(1_000, 10_000, 'requests that may wait for one of them'),
  LOG_LEVEL: logLevel,
})

/** Reads the settings, and HOST, PORT, DATABASE_URL and REDIS_URL. @throws FD_CONFIG_INVALID */
export function readStoreConfig(env: NodeJS.ProcessEnv): StoreConfig {
  return readSettings({ service: 'store', env, definition: storeSettings }, (wiring, values) => ({
    host: wiring.text('HOST', '127.0.0.1'),
    port: wiring.port('PORT', 8_000),
    databaseUrl: wiring.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseQueueSize: values.DATABASE_QUEUE_SIZE,
    redisUrl: wiring.url('REDIS_URL', ['redis:', 'rediss:']),
    cacheTtlMs: values.STORE_CACHE_TTL,
    maxRequests: values.MAX_REQUESTS,
    requestDeadlineMs: values.REQUEST_DEADLINE,
    riskyFailureRatio: values.RISKY_FAILURE_RATIO,
    riskySeed: values.RISKY_SEED,
  }))
}
