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
  /** redis://:password@host:port */
  redisUrl: string
  /** How long an item stays in the cache. Default 60 s. */
  cacheTtlMs: number
}

/** Reads HOST, PORT, DATABASE_URL, DATABASE_POOL_SIZE, REDIS_URL and STORE_CACHE_TTL. @throws FD_CONFIG_INVALID */
export function readStoreConfig(env: NodeJS.ProcessEnv): StoreConfig {
  return readSettings('store', env, (settings) => ({
    host: settings.text('HOST', '127.0.0.1'),
    port: settings.port('PORT', 8_000),
    databaseUrl: settings.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databasePoolSize: settings.count('DATABASE_POOL_SIZE', 10, 100),
    redisUrl: settings.url('REDIS_URL', ['redis:', 'rediss:']),
    cacheTtlMs: settings.durationMs('STORE_CACHE_TTL', '60s', 1),
  }))
}
