import type { Serve } from './running.ts'
import { serveStore } from './store/start.ts'
import { serveWorker } from './worker/start.ts'

/** The services of the system under drill, as `firedrill serve NAME` runs them. */
export const services = { store: serveStore, worker: serveWorker } satisfies Record<string, Serve>

export type ServiceName = keyof typeof services
