import type { Logger } from 'pino'
import { createHttpServer, HttpError } from '../../base/http/http-server.ts'
import { addOpenApi } from '../../base/openapi/openapi.ts'
import { addHttpMetrics } from '../../telemetry/http-metrics.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { addFaults, readFaultSettings } from '../faults/add-faults.ts'
import { addHealthRoutes, type Readiness } from '../http/health-routes.ts'
import { drain, listen } from '../http/listen.ts'
import type { Running, Serve } from '../running.ts'
import { Board } from './board.ts'
import { type QuotesConfig, readQuotesConfig } from './config.ts'
import { quotesErrors } from './errors.ts'
import { keepFetching } from './fetching.ts'
import { meterFetcher, meterFetches, meterPrices } from './meters.ts'
import { Pace } from './pace.ts'
import type { CreateProvider, Provider } from './providers/provider.ts'
import { providers } from './providers/providers.ts'
import { QuoteStream } from './quote-stream.ts'
import { FetchTurn } from './redis/fetch-turn.ts'
import { RedisLink } from './redis/redis-link.ts'
import { Shared } from './redis/shared.ts'
import { addQuoteRoutes } from './routes.ts'

export const serveQuotes: Serve = (env, logger) =>
  startQuotes({ ...readQuotesConfig(env), faults: readFaultSettings(env) }, logger)

const FETCH_TIMEOUT_MS = 5_000

/**
 * Starts the service. It listens at once; GET /ready says when there are prices. `create` makes the source, by default the
 * one that the settings name.
 * @throws FD_SERVICE_PORT_TAKEN, FD_QUOTES_REPLAY_INVALID, FD_QUOTES_LIBRARY_MISSING
 */
export async function startQuotes(
  config: QuotesConfig,
  logger: Logger,
  create: CreateProvider = providers[config.provider],
): Promise<Running> {
  const nowMs = Date.now
  const { seed, replayFile, yahooUrl, leaseMs, historySize: capacity } = config
  const metrics = new Metrics()
  const app = createHttpServer({ logger })
  const dependencies = addFaults(app, config.faults, { logger })
  addHttpMetrics(app, metrics)
  addOpenApi(app, {
    title: 'Firedrill quotes',
    description: 'Stock prices: the latest ones, their history, and a stream of server-sent events.',
    version: '1',
  })

  const source = await create({ seed, replayFile, yahooUrl, logger, nowMs })
  const provider: Provider = {
    fetch: dependencies.guard(
      'provider',
      (symbols, signal) => source.fetch(symbols, signal),
      (_, signal) => signal,
    ),
  }
  const board = new Board({ symbols: config.symbols, capacity, staleAfterMs: config.staleAfterMs, nowMs })
  const link = new RedisLink(config.redisUrl, logger)
  const shared = new Shared({ link, source: config.provider, leaseMs, capacity })
  const stopping = new AbortController()
  const { signal } = stopping
  const turn = new FetchTurn({ shared, board, leaseMs, logger, signal })
  const pace = new Pace({ minMs: config.intervalMinMs, maxMs: config.intervalMaxMs, random: Math.random })
  const stream = new QuoteStream({ board, heartbeatMs: config.heartbeatMs, metrics })
  meterPrices(metrics, board)
  meterFetcher(metrics, turn, pace)
  addHealthRoutes(app, async () => readiness(board, link))
  addQuoteRoutes(app, { board, stream, source: config.provider })

  const address = await listen(app, config.host, config.port).catch((error: unknown) => {
    stream.close()
    link.close()
    throw error
  })
  shared.onTick((tick) => board.apply(tick))
  const meters = meterFetches(metrics, config.provider)
  const working = Promise.all([
    turn.keep(),
    keepFetching({ provider, board, shared, turn, pace, timeoutMs: FETCH_TIMEOUT_MS, meters, logger, signal, nowMs }),
  ])
  let closed: Promise<void> | undefined
  const close = async () => {
    stopping.abort()
    stream.close()
    await Promise.all([drain(app), working])
    link.close()
  }
  return {
    address,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

/** Degraded while some prices are old or Redis is away; not ready when no price can be relied on. */
function readiness(board: Board, link: RedisLink): Readiness {
  const quotes = board.quotes()
  const fresh = quotes.filter((quote) => !quote.stale)
  if (quotes.length === 0) {
    throw new HttpError(503, quotesErrors.error('FD_QUOTES_NO_PRICE', { message: 'no price has been fetched yet' }))
  }
  if (fresh.length === 0) {
    const seconds = Math.round(Math.min(...quotes.map((quote) => quote.ageMs)) / 1_000)
    throw new HttpError(
      503,
      quotesErrors.error('FD_QUOTES_STALE', { message: `the youngest price is ${seconds} s old`, next: 'see the log' }),
    )
  }
  const areAllFresh = fresh.length === board.symbols.length
  return {
    status: areAllFresh && link.isUp ? 'ready' : 'degraded',
    dependencies: { source: areAllFresh ? 'up' : 'down', redis: link.isUp ? 'up' : 'down' },
  }
}
