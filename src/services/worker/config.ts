import { count, defineSettings, durationMs } from '../../base/schema/settings.ts'
import { logLevel } from '../../telemetry/log-level.ts'
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

/** What can be set on a worker while the stack is up. */
export const workerSettings = defineSettings({
  WORKER_INTERVAL: durationMs('1s', 10, 'from the start of one batch to the start of the next'),
  WORKER_BATCH_SIZE: count(5, 1_000, 'transactions in a batch'),
  LOG_LEVEL: logLevel,
})

/** Reads the settings, and HOST, PORT and DATABASE_URL. @throws FD_CONFIG_INVALID */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  return readSettings({ service: 'worker', env, definition: workerSettings }, (wiring, values) => ({
    host: wiring.text('HOST', '127.0.0.1'),
    port: wiring.port('PORT', 8_002),
    databaseUrl: wiring.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    intervalMs: values.WORKER_INTERVAL,
    batchSize: values.WORKER_BATCH_SIZE,
  }))
}
