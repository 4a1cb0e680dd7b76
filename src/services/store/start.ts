import { randomInt } from 'node:crypto'
import type { Logger } from 'pino'
import { createHttpServer } from '../../base/http/http-server.ts'
import { addOpenApi } from '../../base/openapi/openapi.ts'
import { addHttpMetrics } from '../../telemetry/http-metrics.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { Database } from '../database/database.ts'
import { databaseUnavailable } from '../database/database-outage.ts'
import { migrate } from '../database/migrate.ts'
import { addFaults, readFaultSettings } from '../faults/add-faults.ts'
import { addAdmission } from '../http/admission.ts'
import { addHealthRoutes } from '../http/health-routes.ts'
import { drain, listen } from '../http/listen.ts'
import type { Running, Serve } from '../running.ts'
import { Cache } from './cache/cache.ts'
import { readStoreConfig, type StoreConfig } from './config.ts'
import { failureDraws } from './failure-draws.ts'
import { addItemRoutes } from './item-routes.ts'
import { Items } from './items.ts'
import { type StoreDatabase, storeOperations } from './operations.ts'
import { addRiskyRoute } from './risky-route.ts'
import { addTransactionRoutes } from './transaction-routes.ts'
import { Transactions } from './transactions.ts'

export const serveStore: Serve = (env, logger) =>
  startStore({ ...readStoreConfig(env), faults: readFaultSettings(env) }, logger)

/** A value of 64 KiB whose every character is written as an escape of six bytes, and its key, must fit. */
const BODY_LIMIT_BYTES = 512 * 1024

/**
 * Starts the store. It listens at once; GET /ready says when PostgreSQL is there. `meter` is there for the benchmark that
 * measures what metering costs. @throws FD_SERVICE_PORT_TAKEN
 */
export async function startStore(config: StoreConfig, logger: Logger, meter = addHttpMetrics): Promise<Running> {
  const metrics = new Metrics()
  const app = createHttpServer({ logger, bodyLimitBytes: BODY_LIMIT_BYTES })
  addFaults(app, config.faults, { logger })
  meter(app, metrics)
  addAdmission(app, { maxInFlight: config.maxRequests, deadlineMs: config.requestDeadlineMs, metrics })
  addOpenApi(app, {
    title: 'Firedrill store',
    description: 'Items, read through a cache; transactions, booked at most once; and a route that fails now and then.',
    version: '1',
  })
  const database = openDatabase(config, metrics, logger)
  const cache = new Cache({ url: config.redisUrl, name: 'items', ttlMs: config.cacheTtlMs, metrics, logger })
  const stopping = new AbortController()
  let migrated = false
  const migrating = migrate(database, logger, stopping.signal).then(
    () => {
      migrated = true
    },
    () => undefined,
  )

  addHealthRoutes(app, async () => {
    if (!migrated) throw databaseUnavailable('the tables are not there yet')
    const [, isCacheUp] = await Promise.all([database.ping('ping'), cache.isUp()])
    return {
      status: isCacheUp ? 'ready' : 'degraded',
      dependencies: { postgres: 'up', redis: isCacheUp ? 'up' : 'down' },
    }
  })
  addItemRoutes(app, { items: new Items(database), cache, metrics })
  addTransactionRoutes(app, new Transactions(database), metrics)
  const riskySeed = config.riskySeed ?? randomInt(2 ** 32)
  logger.info({ failureRatio: config.riskyFailureRatio, seed: riskySeed }, '/risky fails on purpose')
  addRiskyRoute(app, failureDraws(config.riskyFailureRatio, riskySeed))

  const release = async () => {
    stopping.abort()
    cache.close()
    await database.close()
    await migrating
  }
  const address = await listen(app, config.host, config.port).catch(async (error: unknown) => {
    await release()
    throw error
  })
  let closed: Promise<void> | undefined
  return {
    address,
    close: () => {
      closed ??= drain(app).then(release)
      return closed
    },
  }
}

function openDatabase(config: StoreConfig, metrics: Metrics, logger: Logger): StoreDatabase {
  return new Database({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    queueSize: config.databaseQueueSize,
    deadlineMs: config.requestDeadlineMs,
    applicationName: 'firedrill-store',
    operations: storeOperations,
    metrics,
    logger,
  })
}
