import { isPrice, type Price } from '../price.ts'

/** What one fetch brought. */
export interface Tick {
  /** Grows with every tick, also across restarts of Redis: Unix milliseconds, or one more than the id before. */
  id: number
  /** When the fetch began, in Unix milliseconds: a price is never younger than it seems. */
  fetchedAtMs: number
  prices: Price[]
}

/** A price with the time at which the source last confirmed it. */
export interface FetchedPrice extends Price {
  fetchedAtMs: number
}

/** Reads a tick that another replica wrote; `undefined` when it is not valid (a newer version may write others). */
export function parseTick(text: string): Tick | undefined {
  const value = parse(text) as Partial<Tick> | null | undefined
  const { id, fetchedAtMs, prices } = value ?? {}
  if (!Number.isSafeInteger(id) || !Number.isFinite(fetchedAtMs) || !Array.isArray(prices)) return undefined
  return prices.every(isPrice) ? (value as Tick) : undefined
}

export function parseFetchedPrice(text: string): FetchedPrice | undefined {
  const value = parse(text)
  return isPrice(value) && Number.isFinite((value as Partial<FetchedPrice>).fetchedAtMs)
    ? (value as FetchedPrice)
    : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
