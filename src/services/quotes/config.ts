import { parseDuration } from '../../base/duration.ts'
import type { FaultSettings } from '../faults/add-faults.ts'
import { readSettings, type Settings } from '../settings.ts'
import { type ProviderName, providers } from './providers.ts'

/** Yahoo takes many more in one request; a watch list of this length is still readable. */
const MAX_SYMBOLS = 50
const DEFAULT_SYMBOLS = 'AAPL,AMZN,GOOGL,META,MSFT,NFLX,NVDA,TSLA'
/** As exchanges and Yahoo write them: "BRK-B", "^GSPC", "EURUSD=X", "VOD.L". */
const SYMBOL = /^[A-Z0-9^][A-Z0-9.^=-]{0,19}$/
const SHORTEST_INTERVAL_MS = 10

export interface QuotesConfig {
  /** Default 127.0.0.1. */
  host: string
  /** Default 8001; 0 takes a free one. */
  port: number
  /** redis://:password@host:port */
  redisUrl: string
  /** 1-50 different ones, in the order in which they are listed. */
  symbols: string[]
  /** Default simulated. */
  provider: ProviderName
  /** Bounds of the pause between two fetches. Default 2 s to 5 s. */
  intervalMinMs: number
  intervalMaxMs: number
  /** Age from which a price is marked as stale. Default 15 s; longer than the longest interval. */
  staleAfterMs: number
  /** How long after its death another replica takes over from the fetcher. Default 5 s. */
  leaseMs: number
  /** Seed of the simulated market. Default 1. */
  seed: number
  replayFile: string
  yahooUrl: string
  /** Ticks that are remembered, 1-5000. Default 600: half an hour. */
  historySize: number
  /** Pause between two signs of life on a quiet stream. Default 10 s. */
  heartbeatMs: number
  /** Lets control break the service on purpose. Default: nobody can. */
  faults?: FaultSettings | undefined
}

/**
 * Reads HOST, PORT, REDIS_URL, QUOTES_SYMBOLS ("AAPL,MSFT"), QUOTES_PROVIDER, QUOTES_INTERVAL ("2s-5s", or "3s"),
 * QUOTES_STALE_AFTER, QUOTES_LEASE, QUOTES_SEED, QUOTES_REPLAY_FILE, QUOTES_YAHOO_URL, QUOTES_HISTORY and
 * QUOTES_HEARTBEAT. @throws FD_CONFIG_INVALID
 */
export function readQuotesConfig(env: NodeJS.ProcessEnv): QuotesConfig {
  return readSettings('quotes', env, (settings) => {
    const [intervalMinMs, intervalMaxMs] = readInterval(settings)
    const staleAfterMs = settings.durationMs('QUOTES_STALE_AFTER', '15s', SHORTEST_INTERVAL_MS)
    if (staleAfterMs <= intervalMaxMs) {
      settings.problem('QUOTES_STALE_AFTER must be longer than QUOTES_INTERVAL, or every price is stale now and then')
    }
    const provider = readProvider(settings)
    return {
      host: settings.text('HOST', '127.0.0.1'),
      port: settings.port('PORT', 8_001),
      redisUrl: settings.url('REDIS_URL', ['redis:', 'rediss:']),
      symbols: readSymbols(settings),
      provider,
      intervalMinMs,
      intervalMaxMs,
      staleAfterMs,
      leaseMs: settings.durationMs('QUOTES_LEASE', '5s', 100),
      seed: settings.count('QUOTES_SEED', 1, 2 ** 31 - 1),
      replayFile: provider === 'replay' ? settings.text('QUOTES_REPLAY_FILE', '') : '',
      yahooUrl: env.QUOTES_YAHOO_URL === undefined ? '' : settings.url('QUOTES_YAHOO_URL', ['http:', 'https:']),
      historySize: settings.count('QUOTES_HISTORY', 600, 5_000),
      heartbeatMs: settings.durationMs('QUOTES_HEARTBEAT', '10s', 100),
    }
  })
}

function readSymbols(settings: Settings): string[] {
  const symbols = settings
    .text('QUOTES_SYMBOLS', DEFAULT_SYMBOLS)
    .split(',')
    .map((symbol) => symbol.trim())
  const wrong = symbols.filter((symbol) => !SYMBOL.test(symbol))
  if (wrong.length > 0)
    settings.problem(`QUOTES_SYMBOLS must be symbols like "AAPL,BRK-B", not ${JSON.stringify(wrong[0])}`)
  if (new Set(symbols).size < symbols.length) settings.problem('QUOTES_SYMBOLS names a symbol twice')
  if (symbols.length > MAX_SYMBOLS) settings.problem(`QUOTES_SYMBOLS must be at most ${MAX_SYMBOLS} symbols`)
  return symbols
}

function readProvider(settings: Settings): ProviderName {
  const name = settings.text('QUOTES_PROVIDER', 'simulated')
  if (Object.hasOwn(providers, name)) return name as ProviderName
  settings.problem(`QUOTES_PROVIDER must be one of ${Object.keys(providers).join(', ')}, not ${JSON.stringify(name)}`)
  return 'simulated'
}

function readInterval(settings: Settings): [number, number] {
  const given = settings.text('QUOTES_INTERVAL', '2s-5s')
  const [min = Number.NaN, max = min, ...rest] = given
    .split('-')
    .map((part) => parseDuration(part.trim()) ?? Number.NaN)
  if (min >= SHORTEST_INTERVAL_MS && max >= min && rest.length === 0) return [min, max]
  settings.problem(`QUOTES_INTERVAL must be like "2s-5s" or "3s", at least 10ms, not ${JSON.stringify(given)}`)
  return [2_000, 5_000]
}
