import type { Serve } from './running.ts'

/**
 * The services of the system under drill, as `firedrill serve NAME` runs them. Each is loaded when it is started: the
 * worker has no use for the store's Redis client, which would take it 40 ms and 8 MB.
 */
export const services = {
  store: async (env, logger) => (await import('./store/start.ts')).serveStore(env, logger),
  quotes: async (env, logger) => (await import('./quotes/start.ts')).serveQuotes(env, logger),
  worker: async (env, logger) => (await import('./worker/start.ts')).serveWorker(env, logger),
} satisfies Record<string, Serve>

export type ServiceName = keyof typeof services
