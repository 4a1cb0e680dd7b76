import type { ServerResponse } from 'node:http'
import { EventStream, serverSentEvent } from '../../base/http/event-stream.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Counter } from '../../telemetry/series.ts'
import type { Board, Change } from './board.ts'
import type { Quote } from './quote.ts'

/**
 * The live stream of prices. Event `quotes` holds an array of the quotes that changed; its id is the tick's. A quote that turned
 * stale is sent too, in an event without an id.
 */
export class QuoteStream {
  readonly #board: Board
  readonly #stream: EventStream
  readonly #events: Counter
  readonly #stalenessTimer: NodeJS.Timeout
  readonly #unsubscribe: () => void
  #staleBefore = new Set<string>()

  constructor({ board, heartbeatMs, metrics }: StreamOptions) {
    this.#board = board
    this.#events = metrics.counter('stock_stream_events_total', {})
    const dropped = metrics.counter('stock_stream_dropped_total', {})
    this.#stream = new EventStream({
      ...LIMITS,
      heartbeatMs,
      onSent: (clients) => this.#events.inc(clients),
      onDropped: () => dropped.inc(),
    })
    metrics.read('stock_stream_clients', {}, () => this.#stream.size)
    this.#unsubscribe = board.onChange((change) => {
      if (change.prices.length > 0) this.#stream.send(this.#eventOf(change))
    })
    this.#stalenessTimer = setInterval(() => this.#sendStale(), STALENESS_LOOK_MS)
  }

  get hasRoom(): boolean {
    return this.#stream.hasRoom
  }

  /** Adds a client: what it missed since `lastEventId`, or everything when that is not known any more, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    const missed = lastEventId === undefined ? undefined : this.#board.since(Number(lastEventId))
    const events = missed?.filter(({ prices }) => prices.length > 0).map((change) => this.#eventOf(change))
    this.#stream.add(response, events?.join('') ?? this.#everything())
    this.#events.inc()
  }

  /** Ends the stream of every client and takes no more. */
  close(): void {
    this.#unsubscribe()
    clearInterval(this.#stalenessTimer)
    this.#stream.close()
  }

  #everything(): string {
    const quotes = this.#board.quotes()
    return quotes.length === 0 ? '' : eventOf(quotes, this.#board.lastId)
  }

  #eventOf({ id, prices }: Change): string {
    return eventOf(
      prices.map((price) => this.#board.quoteOf(price)),
      id,
    )
  }

  #sendStale(): void {
    const stale = this.#board.quotes().filter((quote) => quote.stale)
    const turned = stale.filter(({ symbol }) => !this.#staleBefore.has(symbol))
    this.#staleBefore = new Set(stale.map(({ symbol }) => symbol))
    if (turned.length > 0) this.#stream.send(eventOf(turned))
  }
}

const LIMITS = { clients: 5_000, behindBytes: 256 * 1024, allBehindBytes: 256 * 1024 * 1024 }
const STALENESS_LOOK_MS = 1_000

export interface StreamOptions {
  board: Board
  heartbeatMs: number
  metrics: Metrics
}

function eventOf(quotes: readonly Quote[], id?: number): string {
  return serverSentEvent('quotes', JSON.stringify(quotes), id)
}
