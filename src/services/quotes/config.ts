import { count, defineSettings, durationMs, optionalText, text, type Wrong, word } from '../../base/schema/settings.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { logLevel } from '../../telemetry/log-level.ts'
import type { FaultSettings } from '../faults/add-faults.ts'
import { readSettings } from '../settings.ts'
import { type ProviderName, providers } from './providers/providers.ts'

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

/** Yahoo takes many more in one request; a watch list of this length is still readable. */
const MAX_SYMBOLS = 50
const DEFAULT_SYMBOLS = 'AAPL,AMZN,GOOGL,META,MSFT,NFLX,NVDA,TSLA'
/** As exchanges and Yahoo write them: "BRK-B", "^GSPC", "EURUSD=X", "VOD.L". */
const SYMBOL = /^[A-Z0-9^][A-Z0-9.^=-]{0,19}$/
const SHORTEST_INTERVAL_MS = 10

const NAMES = Object.keys(providers) as ProviderName[]

/** What can be set on quotes while the stack is up. */
export const quotesSettings = defineSettings(
  {
    QUOTES_SYMBOLS: text(DEFAULT_SYMBOLS, 'symbols to fetch, in this order', parseSymbols),
    QUOTES_PROVIDER: {
      ...word('simulated', NAMES, `where prices come from: ${NAMES.join(', ')}`),
      operatorOnly: true,
    },
    QUOTES_INTERVAL: text('2s-5s', 'bounds of the pause between two fetches', parseInterval),
    QUOTES_STALE_AFTER: durationMs('15s', SHORTEST_INTERVAL_MS, 'age from which a price is marked as stale'),
    QUOTES_LEASE: durationMs('5s', 100, 'how long after its death another replica takes over from the fetcher'),
    QUOTES_SEED: count(1, 2 ** 31 - 1, 'seed of the simulated market'),
    QUOTES_REPLAY_FILE: {
      ...optionalText('file of the recording that is replayed', () => undefined),
      operatorOnly: true,
    },
    QUOTES_YAHOO_URL: { ...optionalText('server to ask instead of Yahoo', checkUrl), operatorOnly: true },
    QUOTES_HISTORY: count(600, 5_000, 'ticks that are remembered'),
    QUOTES_HEARTBEAT: durationMs('10s', 100, 'pause between two signs of life on a quiet stream'),
    LOG_LEVEL: logLevel,
  },
  ({ QUOTES_STALE_AFTER, QUOTES_INTERVAL: [, longestMs], QUOTES_PROVIDER, QUOTES_REPLAY_FILE }, problem) => {
    if (QUOTES_STALE_AFTER <= longestMs) {
      const message = 'QUOTES_STALE_AFTER must be longer than QUOTES_INTERVAL, or every price is stale now and then'
      problem('QUOTES_STALE_AFTER', message)
    }
    if (QUOTES_PROVIDER === 'replay' && QUOTES_REPLAY_FILE === '')
      problem('QUOTES_REPLAY_FILE', 'QUOTES_REPLAY_FILE must not be empty where QUOTES_PROVIDER is replay')
  },
)

/** Reads the settings, and HOST, PORT and REDIS_URL. @throws FD_CONFIG_INVALID */
export function readQuotesConfig(env: NodeJS.ProcessEnv): QuotesConfig {
  return readSettings({ service: 'quotes', env, definition: quotesSettings }, (wiring, values) => ({
    host: wiring.text('HOST', '127.0.0.1'),
    port: wiring.port('PORT', 8_001),
    redisUrl: wiring.url('REDIS_URL', ['redis:', 'rediss:']),
    symbols: values.QUOTES_SYMBOLS,
    provider: values.QUOTES_PROVIDER,
    intervalMinMs: values.QUOTES_INTERVAL[0],
    intervalMaxMs: values.QUOTES_INTERVAL[1],
    staleAfterMs: values.QUOTES_STALE_AFTER,
    leaseMs: values.QUOTES_LEASE,
    seed: values.QUOTES_SEED,
    replayFile: values.QUOTES_REPLAY_FILE,
    yahooUrl: values.QUOTES_YAHOO_URL,
    historySize: values.QUOTES_HISTORY,
    heartbeatMs: values.QUOTES_HEARTBEAT,
  }))
}

function parseSymbols(given: string, wrong: Wrong): string[] {
  const symbols = given.split(',').map((symbol) => symbol.trim())
  const odd = symbols.find((symbol) => !SYMBOL.test(symbol))
  if (odd !== undefined) wrong(`must be symbols like "AAPL,BRK-B", not ${JSON.stringify(odd)}`)
  if (new Set(symbols).size < symbols.length) wrong('names a symbol twice')
  if (symbols.length > MAX_SYMBOLS) wrong(`must be at most ${MAX_SYMBOLS} symbols`)
  return symbols
}

function parseInterval(given: string, wrong: Wrong): readonly [minMs: number, maxMs: number] {
  const [min = Number.NaN, max = min, ...rest] = given
    .split('-')
    .map((part) => parseDuration(part.trim()) ?? Number.NaN)
  if (min >= SHORTEST_INTERVAL_MS && max >= min && rest.length === 0) return [min, max]
  wrong(`must be like "2s-5s" or "3s", at least 10ms, not ${JSON.stringify(given)}`)
  return [2_000, 5_000]
}

function checkUrl(given: string, wrong: Wrong): void {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) wrong('must be a URL http://… or https://…')
}
