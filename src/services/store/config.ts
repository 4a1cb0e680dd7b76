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

/**
 * Reads HOST, PORT, DATABASE_URL, DATABASE_POOL_SIZE, DATABASE_QUEUE_SIZE, REDIS_URL, STORE_CACHE_TTL, MAX_REQUESTS,
 * REQUEST_DEADLINE, RISKY_FAILURE_RATIO and RISKY_SEED. @throws FD_CONFIG_INVALID
 */
export function readStoreConfig(env: NodeJS.ProcessEnv): StoreConfig {
  return readSettings('store', env, (settings) => ({
    host: settings.text('HOST', '127.0.0.1'),
    port: settings.port('PORT', 8_000),
    databaseUrl: settings.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databasePoolSize: settings.count('DATABASE_POOL_SIZE', 10, 100),
    databaseQueueSize: settings.count('DATABASE_QUEUE_SIZE', 1_000, 10_000),
    redisUrl: settings.url('REDIS_URL', ['redis:', 'rediss:']),
    cacheTtlMs: settings.durationMs('STORE_CACHE_TTL', '60s', 1),
    maxRequests: settings.count('MAX_REQUESTS', 2_000, 100_000),
    requestDeadlineMs: settings.durationMs('REQUEST_DEADLINE', '3s', 100),
    riskyFailureRatio: settings.ratio('RISKY_FAILURE_RATIO', '20%'),
    riskySeed: settings.seed('RISKY_SEED'),
  }))
}
