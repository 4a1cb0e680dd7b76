import type { Logger } from 'pino'
import { createHttpServer } from '../../base/http/http-server.ts'
import { addHttpMetrics } from '../../telemetry/http-metrics.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { Database } from '../database/database.ts'
import { databaseUnavailable } from '../database/database-outage.ts'
import { migrate } from '../database/migrate.ts'
import { addFaults, readFaultSettings } from '../faults/add-faults.ts'
import { addHealthRoutes } from '../http/health-routes.ts'
import { drain, listen } from '../http/listen.ts'
import type { Running, Serve } from '../running.ts'
import { type Batch, insertBatch, makeBatch, workerOperations } from './batch.ts'
import { readWorkerConfig, type WorkerConfig } from './config.ts'
import { meterWorker, run } from './run.ts'

export const serveWorker: Serve = (env, logger) =>
  startWorker({ ...readWorkerConfig(env), faults: readFaultSettings(env) }, logger)

/** One for the batch under way and one for GET /ready. */
const POOL_SIZE = 2

/** Starts the worker. It listens at once and inserts once PostgreSQL is there. @throws FD_SERVICE_PORT_TAKEN */
export async function startWorker(config: WorkerConfig, logger: Logger): Promise<Running> {
  const metrics = new Metrics()
  const app = createHttpServer({ logger })
  const dependencies = addFaults(app, config.faults, { logger })
  addHttpMetrics(app, metrics)
  const database = new Database({
    url: config.databaseUrl,
    poolSize: POOL_SIZE,
    applicationName: 'firedrill-worker',
    operations: workerOperations,
    metrics,
    logger,
  })
  const insert = dependencies.guard(
    'database',
    (batch: Batch) => insertBatch(database, batch),
    () => stopping.signal,
  )
  const meters = meterWorker(metrics)
  // The first batch is due at once, also while there is no database yet.
  meters.due.sinceMs = performance.now()
  const stopping = new AbortController()
  let migrated = false

  addHealthRoutes(app, async () => {
    if (!migrated) throw databaseUnavailable('the tables are not there yet')
    await database.ping('ping')
    return { status: 'ready', dependencies: { postgres: 'up' } }
  })
  // Nothing is inserted by a worker that cannot be seen: the port first, then the batches.
  const address = await listen(app, config.host, config.port).catch(async (error: unknown) => {
    await database.close()
    throw error
  })

  const working = migrate(database, logger, stopping.signal).then(
    () => {
      migrated = true
      return run({
        intervalMs: config.intervalMs,
        make: () => makeBatch(config.batchSize, Math.random),
        insert: (batch) => insert(batch),
        random: Math.random,
        meters,
        logger,
        signal: stopping.signal,
      })
    },
    () => undefined,
  )
  let closed: Promise<void> | undefined
  return {
    address,
    close: () => {
      stopping.abort()
      closed ??= Promise.all([drain(app), working]).then(() => database.close())
      return closed
    },
  }
}
