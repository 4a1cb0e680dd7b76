import type { FaultSettings } from '../faults/add-faults.ts'
import { readSettings } from '../settings.ts'

export interface WorkerConfig {
  /** Default 127.0.0.1. */
  host: string
  /** Default 8002; 0 takes a free one. */
  port: number
  /** postgres://user:password@host:port/name */
  databaseUrl: string
  /** Pause from the start of one batch to the start of the next. Default 1 s. */
  intervalMs: number
  /** Transactions in a batch, 1-1000. Default 5. */
  batchSize: number
  /** Lets control break the service on purpose. Default: nobody can. */
  faults?: FaultSettings | undefined
}

/** Reads HOST, PORT, DATABASE_URL, WORKER_INTERVAL and WORKER_BATCH_SIZE. @throws FD_CONFIG_INVALID */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return readSettings('worker', env, (settings) => ({
    host: settings.text('HOST', '127.0.0.1'),
    port: settings.port('PORT', 8_002),
    databaseUrl: settings.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    intervalMs: settings.durationMs('WORKER_INTERVAL', '1s', 10),
    batchSize: settings.count('WORKER_BATCH_SIZE', 5, 1_000),
  }))
}
