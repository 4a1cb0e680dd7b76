import { type Quote, quoteOf } from './quote.ts'
import type { FetchedPrice, Tick } from './redis/tick.ts'

/**
 * The last good price of each symbol and the recent changes, as this replica knows them. What arrives late or twice
 * changes nothing: a price is replaced only by one that was fetched later.
 */
export class Board {
  readonly symbols: readonly string[]
  readonly #options: BoardOptions
  readonly #sinceMs: number
  readonly #prices = new Map<string, FetchedPrice>()
  readonly #changes: Change[] = []
  readonly #listeners = new Set<(change: Change) => void>()
  #lastId = 0

  constructor(options: BoardOptions) {
    this.symbols = options.symbols
    this.#options = options
    this.#sinceMs = options.nowMs()
  }

  /** Id of the last tick; 0 before the first. */
  get lastId(): number {
    return this.#lastId
  }

  /** When the youngest price was fetched, in Unix milliseconds; 0 before the first. */
  get fetchedAtMs(): number {
    return Math.max(0, ...[...this.#prices.values()].map((price) => price.fetchedAtMs))
  }

  apply(tick: Tick): void {
    if (tick.id <= this.#lastId) return
    this.#lastId = tick.id
    const prices = tick.prices.flatMap((price) => this.#take({ ...price, fetchedAtMs: tick.fetchedAtMs }))
    const change = { id: tick.id, prices }
    this.#changes.push(change)
    if (this.#changes.length > this.#options.capacity) this.#changes.shift()
    for (const listener of this.#listeners) listener(change)
  }

  /** Takes over last good prices that are older than all remembered ticks. */
  restore(prices: readonly FetchedPrice[]): void {
    for (const price of prices) this.#take(price)
  }

  /** In the order in which the symbols are configured; without those that have no price yet. */
  quotes(): Quote[] {
    return this.symbols.flatMap((symbol) => this.quote(symbol) ?? [])
  }

  quote(symbol: string): Quote | undefined {
    const price = this.#prices.get(symbol)
    return price && this.quoteOf(price)
  }

  /** Whether the price of a symbol is older than it may be, or its first one has kept us waiting for as long. */
  isOverdue(symbol: string): boolean {
    const { nowMs, staleAfterMs } = this.#options
    return this.quote(symbol)?.stale ?? nowMs() - this.#sinceMs > staleAfterMs
  }

  quoteOf(price: FetchedPrice): Quote {
    return quoteOf(price, this.#options.nowMs(), this.#options.staleAfterMs)
  }

  /** The last `limit` different prices of a symbol, oldest first. */
  history(symbol: string, limit: number): FetchedPrice[] {
    return this.#changes.flatMap(({ prices }) => prices.filter((price) => price.symbol === symbol)).slice(-limit)
  }

  /** What came after the tick `id`; `undefined` when that tick is not remembered. */
  since(id: number): Change[] | undefined {
    const index = this.#changes.findIndex((change) => change.id === id)
    return index < 0 ? undefined : this.#changes.slice(index + 1)
  }

  /** Calls `listener` with every change until the function returned is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** The price if it is to be announced: it differs from the one before. */
  #take(price: FetchedPrice): FetchedPrice[] {
    const before = this.#prices.get(price.symbol)
    if (!this.symbols.includes(price.symbol) || (before && before.fetchedAtMs >= price.fetchedAtMs)) return []
    this.#prices.set(price.symbol, price)
    const wasStale = before !== undefined && this.quoteOf(before).stale
    const isSame = before?.price === price.price && before.previous === price.previous
    return isSame && !wasStale ? [] : [price]
  }
}

/** A tick, cut down to the prices that differ from those before it. */
export interface Change {
  id: number
  prices: FetchedPrice[]
}

export interface BoardOptions {
  symbols: readonly string[]
  /** Ticks that are remembered for the history and for clients of the stream that come back. */
  capacity: number
  staleAfterMs: number
  /** Unix milliseconds. */
  nowMs: () => number
}
