import { proxySettings } from '../../proxy/settings.ts'
import type { Part } from '../part.ts'
import { listenEnv } from './environment.ts'

/** The stores that services reach through the proxy, with the port that each one's listener prefers. */
export const PROXIED = { postgres: 15_432, redis: 16_379 }

export const redis: Part = {
  name: 'redis',
  kind: 'storage',
  summary: "the store's cache, and the prices that quotes shares",
  program: { component: 'redis' },
  preferredPort: 6379,
  dependsOn: [],
  health: { kind: 'redis', secret: 'redis' },
  restart: 'always',
  graceMs: 3_000,
  launch: (context) => ({ args: [context.file('redis.conf')], env: {} }),
}

export const postgres: Part = {
  name: 'postgres',
  kind: 'storage',
  summary: 'items and transactions, durably',
  program: { component: 'postgres' },
  preferredPort: 5432,
  dependsOn: [],
  health: { kind: 'postgres', secret: 'postgres', user: 'firedrill', database: 'firedrill' },
  restart: 'always',
  graceMs: 10_000,
  // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. SIGTERM would wait for clients.
  stopSignal: 'SIGINT',
  launch: (context) => ({
    args: [
      '-p',
      String(context.listen().port),
      '-c',
      `listen_addresses=${context.listen().host}`,
      '-c',
      // Twenty stores with pools of ten, ten workers, and some left for people.
      'max_connections=260',
      '-c',
      'shared_buffers=32MB',
    ],
    env: {},
  }),
}

export const proxy: Part = {
  name: 'proxy',
  kind: 'network',
  summary: 'stands between the services and their stores, and can harm what passes',
  program: { serve: 'proxy' },
  preferredPort: 8474,
  listeners: PROXIED,
  dependsOn: [],
  health: { kind: 'http', path: '/ready' },
  restart: 'always',
  graceMs: 2_000,
  metrics: { path: '/metrics', every: 'exporterScrapeMs' },
  settings: proxySettings,
  launch: (context) => ({
    args: [],
    env: {
      ...listenEnv(context),
      PROXY_CONFIG: context.file('proxies.json'),
      PROXY_TOKEN: context.secret('faults-proxy'),
    },
  }),
}
