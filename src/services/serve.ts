import type { Serve } from './running.ts'
import { inSmallHeap } from './small-heap.ts'

/**
 * The services of the system under drill, as `firedrill serve NAME` runs them. Each is loaded when it is started: the
 * worker has no use for the store's Redis client, which would take it 40 ms and 8 MB.
 */
export const services = {
  store: (env, logger) => inSmallHeap(async () => (await import('./store/start.ts')).serveStore(env, logger)),
  quotes: (env, logger) => inSmallHeap(async () => (await import('./quotes/start.ts')).serveQuotes(env, logger)),
  worker: (env, logger) => inSmallHeap(async () => (await import('./worker/start.ts')).serveWorker(env, logger)),
} satisfies Record<string, Serve>

export type ServiceName = keyof typeof services
