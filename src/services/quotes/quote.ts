import { Type } from '../../base/schema/type.ts'
import type { FetchedPrice } from './redis/tick.ts'

/** A price as the service shows it. */
export interface Quote {
  symbol: string
  name: string
  price: number
  /** The close of the session before. */
  previous: number
  /** `price` minus `previous`, to four decimals. */
  change: number
  /** `change` in percent of `previous`, to four decimals. */
  changePercent: number
  currency: string
  /** ISO 8601: when the source says the last trade was. */
  asOf: string
  /** Whether `ageMs` is above QUOTES_STALE_AFTER: then nobody knows whether the price still holds. */
  stale: boolean
  /** Milliseconds since the source was last asked and answered. */
  ageMs: number
}

export const QuoteSchema = Type.Object({
  symbol: Type.String(),
  name: Type.String(),
  price: Type.Number(),
  previous: Type.Number(),
  change: Type.Number(),
  changePercent: Type.Number(),
  currency: Type.String(),
  asOf: Type.String(),
  stale: Type.Boolean(),
  ageMs: Type.Number(),
})

export function quoteOf(price: FetchedPrice, nowMs: number, staleAfterMs: number): Quote {
  const change = price.price - price.previous
  const ageMs = Math.max(0, nowMs - price.fetchedAtMs)
  return {
    symbol: price.symbol,
    name: price.name,
    price: price.price,
    previous: price.previous,
    change: rounded(change),
    changePercent: rounded((change / price.previous) * 100),
    currency: price.currency,
    asOf: new Date(price.tradedAtMs).toISOString(),
    stale: ageMs > staleAfterMs,
    ageMs,
  }
}

/** Adding 0 makes 0 of -0. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0
}
