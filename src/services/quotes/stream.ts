import type { ServerResponse } from 'node:http'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Counter } from '../../telemetry/series.ts'
import type { Board, Change } from './board.ts'
import type { Quote } from './quote.ts'

/** A client that is so far behind is dropped; it comes back with its Last-Event-ID and gets what it missed. */
const BUFFER_LIMIT_BYTES = 256 * 1024
const MAX_CLIENTS = 5_000
/** How soon a client tries again after it lost the stream. */
const RECONNECT_MS = 1_000
const STALENESS_LOOK_MS = 1_000

export interface StreamOptions {
  board: Board
  heartbeatMs: number
  metrics: Metrics
}

/**
 * The live stream (server-sent events). Event `quotes` holds an array of the quotes that changed, its id is the tick's. What
 * turned stale is told too, with no id of its own. Each event is written once for all clients.
 */
export class Stream {
  readonly #board: Board
  readonly #clients = new Set<ServerResponse>()
  readonly #events: Counter
  readonly #dropped: Counter
  readonly #timers: NodeJS.Timeout[]
  readonly #unsubscribe: () => void
  #staleBefore = new Set<string>()
  #isClosed = false

  constructor({ board, heartbeatMs, metrics }: StreamOptions) {
    this.#board = board
    this.#events = metrics.counter('stock_stream_events_total', {})
    this.#dropped = metrics.counter('stock_stream_dropped_total', {})
    metrics.read('stock_stream_clients', {}, () => this.#clients.size)
    this.#unsubscribe = board.onChange((change) => {
      if (change.prices.length > 0) this.#broadcast(this.#eventOf(change))
    })
    this.#timers = [
      setInterval(() => this.#broadcast(': heartbeat\n\n'), heartbeatMs),
      setInterval(() => this.#tellStale(), STALENESS_LOOK_MS),
    ]
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#clients.size < MAX_CLIENTS
  }

  /** Adds a client: what it missed since `lastEventId`, or everything when that is not known any more, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    response.on('error', () => undefined)
    response.once('close', () => this.#clients.delete(response))
    this.#clients.add(response)
    const missed = lastEventId === undefined ? undefined : this.#board.since(Number(lastEventId))
    const events = missed?.filter(({ prices }) => prices.length > 0).map((change) => this.#eventOf(change))
    this.#write(response, `retry: ${RECONNECT_MS}\n\n${events?.join('') ?? this.#everything()}`)
  }

  /** Ends every stream and takes no more. */
  close(): void {
    this.#isClosed = true
    this.#unsubscribe()
    for (const timer of this.#timers) clearInterval(timer)
    for (const client of this.#clients) client.end()
  }

  #broadcast(text: string): void {
    for (const client of this.#clients) this.#write(client, text)
  }

  #write(client: ServerResponse, text: string): void {
    // Looked at before the write, so that a large first event alone drops nobody.
    if (client.writableLength > BUFFER_LIMIT_BYTES) {
      this.#dropped.inc()
      this.#clients.delete(client)
      client.destroy()
      return
    }
    client.write(text)
    this.#events.inc()
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

  #tellStale(): void {
    const stale = this.#board.quotes().filter((quote) => quote.stale)
    const turned = stale.filter(({ symbol }) => !this.#staleBefore.has(symbol))
    this.#staleBefore = new Set(stale.map(({ symbol }) => symbol))
    if (turned.length > 0) this.#broadcast(eventOf(turned))
  }
}

function eventOf(quotes: readonly Quote[], id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: quotes\ndata: ${JSON.stringify(quotes)}\n\n`
}
