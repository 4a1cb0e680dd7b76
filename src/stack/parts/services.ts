import { quotesSettings } from '../../services/quotes/config.ts'
import { storeSettings } from '../../services/store/config.ts'
import { workerSettings } from '../../services/worker/config.ts'
import type { Part } from '../part.ts'
import { databaseUrl, faultsEnv, listenEnv, redisUrl, SERVICE_GRACE_MS } from './environment.ts'

export const store: Part = {
  name: 'store',
  kind: 'service',
  summary: 'items and transactions over HTTP',
  page: '/docs',
  program: { serve: 'store' },
  preferredPort: 8000,
  dependsOn: ['postgres', 'redis', 'proxy'],
  health: { kind: 'http', path: '/ready' },
  restart: 'never',
  maxReplicas: 20,
  graceMs: SERVICE_GRACE_MS,
  takesFaults: true,
  settings: storeSettings,
  metrics: { path: '/metrics', every: 'scrapeMs' },
  launch: (context) => ({
    args: [],
    env: {
      ...listenEnv(context),
      ...faultsEnv(context, 'store'),
      DATABASE_URL: databaseUrl(context),
      REDIS_URL: redisUrl(context),
    },
  }),
}

export const quotes: Part = {
  name: 'quotes',
  kind: 'service',
  summary: 'live prices over HTTP and as a stream',
  page: '/docs',
  program: { serve: 'quotes' },
  preferredPort: 8001,
  dependsOn: ['redis', 'proxy'],
  health: { kind: 'http', path: '/ready' },
  restart: 'never',
  maxReplicas: 5,
  graceMs: SERVICE_GRACE_MS,
  takesFaults: true,
  settings: quotesSettings,
  metrics: { path: '/metrics', every: 'scrapeMs' },
  launch: (context) => ({
    args: [],
    env: { ...listenEnv(context), ...faultsEnv(context, 'quotes'), REDIS_URL: redisUrl(context) },
  }),
}

export const worker: Part = {
  name: 'worker',
  kind: 'service',
  summary: 'inserts batches of transactions on a schedule',
  program: { serve: 'worker' },
  preferredPort: 8002,
  dependsOn: ['postgres', 'proxy'],
  health: { kind: 'http', path: '/ready' },
  restart: 'never',
  maxReplicas: 10,
  graceMs: SERVICE_GRACE_MS,
  takesFaults: true,
  settings: workerSettings,
  metrics: { path: '/metrics', every: 'scrapeMs' },
  launch: (context) => ({
    args: [],
    env: { ...listenEnv(context), ...faultsEnv(context, 'worker'), DATABASE_URL: databaseUrl(context) },
  }),
}
