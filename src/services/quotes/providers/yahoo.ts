import { messageOf } from '../../../base/errors.ts'
import { isPrice } from '../price.ts'
import { type CreateProvider, ProviderError } from './provider.ts'
import { parseRetryAfter } from './retry-after.ts'
import { loadYahooLibrary } from './yahoo-library.ts'

/** Yahoo Finance, all symbols in one request. A 429 or 5xx is a ProviderError with the Retry-After that Yahoo gave. */
export const createYahoo: CreateProvider = async ({ yahooUrl, logger, nowMs }) => {
  const { YahooFinance, ExtendedCookieJar, getCrumbClear } = await loadYahooLibrary()
  const cookieJar = new ExtendedCookieJar()
  const debug = (...said: unknown[]) => logger.debug({ yahoo: said.map(String).join(' ') }, 'the Yahoo client says')
  const client = new YahooFinance({
    cookieJar,
    fetch: carefulFetch(yahooUrl, nowMs),
    // It would ask the package registry.
    versionCheck: false,
    suppressNotices: ['yahooSurvey'],
    validation: { logErrors: false, logOptionsErrors: false },
    logger: { debug, info: debug, warn: debug, error: debug, dir: debug },
  })
  const ask = async (symbols: readonly string[], signal: AbortSignal): Promise<RawQuote[]> =>
    // One malformed quote is no reason to lose the others: we check what we use ourselves.
    (await client.quote([...symbols], {}, { validateResult: false, fetchOptions: { signal } })) as RawQuote[]

  return {
    fetch: async (symbols, signal) => {
      try {
        const quotes = await ask(symbols, signal).catch(async (error: unknown) => {
          if (!(error instanceof CredentialsExpired)) throw error
          await getCrumbClear(cookieJar)
          return ask(symbols, signal)
        })
        const prices = quotes.map(toPrice).filter(isPrice)
        if (prices.length === 0) throw new ProviderError('there is no price in what Yahoo answered')
        return prices
      } catch (error) {
        if (error instanceof ProviderError) throw error
        throw new ProviderError(`Yahoo gave no prices: ${messageOf(error)}`, { cause: error })
      }
    },
  }
}

const QUOTE_PATH = '/v7/finance/quote'

/** The slice of Yahoo's answer that is used; nothing in it is believed before it is checked. */
interface RawQuote {
  symbol?: unknown
  longName?: unknown
  shortName?: unknown
  regularMarketPrice?: unknown
  regularMarketPreviousClose?: unknown
  /** The client library makes a Date of it, unless the rest of the answer is malformed: then it is Unix seconds. */
  regularMarketTime?: unknown
  currency?: unknown
}

/** Yahoo no longer knows our cookie and crumb, as happens every few hours. */
class CredentialsExpired extends Error {}

function toPrice(raw: RawQuote | null): unknown {
  const time = raw?.regularMarketTime
  return {
    symbol: raw?.symbol,
    name: raw?.longName ?? raw?.shortName ?? raw?.symbol,
    price: raw?.regularMarketPrice,
    previous: raw?.regularMarketPreviousClose,
    currency: raw?.currency,
    tradedAtMs: time instanceof Date ? time.getTime() : typeof time === 'number' ? time * 1_000 : undefined,
  }
}

/** Looks at each answer before the library does, which would lose Retry-After and print the URL with the crumb in it. */
function carefulFetch(baseUrl: string, nowMs: () => number): typeof fetch {
  return async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input)
    const url = baseUrl === '' ? asked : new URL(asked.pathname + asked.search, baseUrl)
    const response = await fetch(url, init)
    const { status } = response
    const isQuote = asked.pathname === QUOTE_PATH
    if (status !== 429 && status < 500 && !(isQuote && !response.ok)) return response
    await response.body?.cancel()
    if (isQuote && (status === 401 || status === 403)) throw new CredentialsExpired(`Yahoo answered ${status}`)
    throw new ProviderError(`Yahoo answered ${status}`, {
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), nowMs()),
    })
  }
}
