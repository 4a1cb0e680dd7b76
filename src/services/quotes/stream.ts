import type { ServerResponse } from 'node:http'
import { Audience } from '../../base/http/audience.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Counter } from '../../telemetry/series.ts'
import type { Board, Change } from './board.ts'
import type { Quote } from './quote.ts'

const LIMITS = { clients: 5_000, behindBytes: 256 * 1024, allBehindBytes: 256 * 1024 * 1024 }
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
  readonly #audience: Audience
  readonly #events: Counter
  readonly #timers: NodeJS.Timeout[]
  readonly #unsubscribe: () => void
  #staleBefore = new Set<string>()
  #isClosed = false

  constructor({ board, heartbeatMs, metrics }: StreamOptions) {
    this.#board = board
    this.#events = metrics.counter('stock_stream_events_total', {})
    const dropped = metrics.counter('stock_stream_dropped_total', {})
    this.#audience = new Audience(LIMITS, () => dropped.inc())
    metrics.read('stock_stream_clients', {}, () => this.#audience.size)
    this.#unsubscribe = board.onChange((change) => {
      if (change.prices.length > 0) this.#broadcast(this.#eventOf(change))
    })
    this.#timers = [
      setInterval(() => this.#broadcast(': heartbeat\n\n'), heartbeatMs),
      setInterval(() => this.#tellStale(), STALENESS_LOOK_MS),
    ]
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#audience.hasRoom
  }

  /** Adds a client: what it missed since `lastEventId`, or everything when that is not known any more, then what changes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    const missed = lastEventId === undefined ? undefined : this.#board.since(Number(lastEventId))
    const events = missed?.filter(({ prices }) => prices.length > 0).map((change) => this.#eventOf(change))
    this.#audience.add(response, Buffer.from(`retry: ${RECONNECT_MS}\n\n${events?.join('') ?? this.#everything()}`))
    this.#events.inc()
  }

  /** Ends every stream and takes no more. */
  close(): void {
    this.#isClosed = true
    this.#unsubscribe()
    for (const timer of this.#timers) clearInterval(timer)
    this.#audience.close()
  }

  #broadcast(text: string): void {
    this.#events.inc(this.#audience.tell(text))
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
