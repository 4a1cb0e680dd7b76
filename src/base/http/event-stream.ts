import type { ServerResponse } from 'node:http'

/**
 * A stream of server-sent events and its clients. An event is made into bytes once, and all clients share them, so that a slow
 * client costs little more than a quick one; a client that is too far behind is dropped, and comes back with its Last-Event-ID.
 */
export class EventStream {
  readonly #options: EventStreamOptions
  readonly #clients = new Set<ServerResponse>()
  readonly #heartbeat: NodeJS.Timeout
  #isClosed = false

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#heartbeat = setInterval(() => this.send(': heartbeat\n\n'), options.heartbeatMs).unref()
  }

  get size(): number {
    return this.#clients.size
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#clients.size < this.#options.clients
  }

  /** Adds a client, and sends it these events first. */
  add(response: ServerResponse, first: Uint8Array | string = ''): void {
    response.on('error', () => undefined)
    response.once('close', () => this.#clients.delete(response))
    this.#clients.add(response)
    response.writeHead(200, eventStreamHeaders)
    response.write(`retry: ${RECONNECT_MS}\n\n`)
    if (first.length > 0) response.write(first)
  }

  /** Sends an event to all clients. */
  send(event: string): void {
    const { behindBytes: mostBehindBytes, allBehindBytes, onSent, onDropped } = this.#options
    const bytes = Buffer.from(event)
    let behindBytes = 0
    for (const client of this.#clients) behindBytes += client.writableLength
    const shareBytes = allBehindBytes / this.#clients.size
    const mostBytes = behindBytes > allBehindBytes ? shareBytes : mostBehindBytes
    for (const client of this.#clients) {
      // Looked at before the write, so that one large event alone drops nobody.
      if (client.writableLength <= mostBytes) {
        client.write(bytes)
        continue
      }
      this.#clients.delete(client)
      client.destroy()
      onDropped?.()
    }
    onSent?.(this.#clients.size)
  }

  /** Ends the stream of every client and takes no more. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#heartbeat)
    for (const client of this.#clients) client.end()
  }
}

export interface EventStreamOptions {
  clients: number
  /** A client that is further behind than this when the next event is sent is dropped. */
  behindBytes: number
  /** What may wait for all clients together; beyond, those are dropped that take more than their share. */
  allBehindBytes: number
  /** How often a comment is sent, so that nobody between takes the connection for dead. */
  heartbeatMs: number
  /** Called with the number of clients that an event, or a heartbeat, was sent to. */
  onSent?(clients: number): void
  onDropped?(): void
}

/** How soon a client tries again after it lost the stream. */
const RECONNECT_MS = 1_000

/** Of an answer that is a stream of server-sent events: nobody between keeps it, collects it or guesses its type. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
} as const

/** One server-sent event. `data` is JSON already: one line. */
export function serverSentEvent(event: string, data: string, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`
}
