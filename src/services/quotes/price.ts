/** What a source says about one symbol. */
export interface Price {
  /** As it was asked for, for example "AAPL". */
  symbol: string
  /** For people: "Apple Inc.". */
  name: string
  /** The last trade, in `currency`. Finite and above 0. */
  price: number
  /** The close of the session before, in `currency`. Finite and above 0. */
  previous: number
  /** ISO 4217, and what sources use beside it ("GBp" is pence). */
  currency: string
  /** When the source says the last trade was: Unix milliseconds. Older than the fetch while a market is closed or halted. */
  tradedAtMs: number
}

const TEXT_LIMIT = 100

/** Whether every field is what it is said to be. Prices come from strangers: none is believed unchecked. */
export function isPrice(value: unknown): value is Price {
  if (typeof value !== 'object' || value === null) return false
  const { symbol, name, price, previous, currency, tradedAtMs } = value as Partial<Record<keyof Price, unknown>>
  return (
    isText(symbol) && isText(name) && isText(currency) && isAmount(price) && isAmount(previous) && isInstant(tradedAtMs)
  )
}

/** The latest instant that a Date can hold. */
const LATEST_MS = 8.64e15

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_LIMIT
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LATEST_MS
}
