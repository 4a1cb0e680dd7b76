import type { ServerResponse } from 'node:http'

export interface AudienceLimits {
  clients: number
  /** A client that is further behind when it is to be told more is dropped. */
  behindBytes: number
  /** What may wait for all clients together; beyond, those are dropped that take more than their share. */
  allBehindBytes: number
}

/**
 * The clients of a stream of server-sent events. A text is made into bytes once, and all clients share them, so that a slow one
 * costs little more than a quick one; who is too far behind is dropped, and comes back with its Last-Event-ID.
 */
export class Audience {
  readonly #limits: AudienceLimits
  readonly #onDropped: () => void
  readonly #clients = new Set<ServerResponse>()

  constructor(limits: AudienceLimits, onDropped: () => void = () => undefined) {
    this.#limits = limits
    this.#onDropped = onDropped
  }

  get size(): number {
    return this.#clients.size
  }

  get hasRoom(): boolean {
    return this.#clients.size < this.#limits.clients
  }

  /** Adds a client, and tells it this first. */
  add(response: ServerResponse, first: Uint8Array): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    response.on('error', () => undefined)
    response.once('close', () => this.#clients.delete(response))
    this.#clients.add(response)
    response.write(first)
  }

  /** Tells all of them; returns how many. */
  tell(text: string): number {
    const bytes = Buffer.from(text)
    let behindBytes = 0
    for (const client of this.#clients) behindBytes += client.writableLength
    const shareBytes = this.#limits.allBehindBytes / this.#clients.size
    const mostBytes = behindBytes > this.#limits.allBehindBytes ? shareBytes : this.#limits.behindBytes
    for (const client of this.#clients) {
      // Looked at before the write, so that one large event alone drops nobody.
      if (client.writableLength > mostBytes) this.#drop(client)
      else client.write(bytes)
    }
    return this.#clients.size
  }

  /** Ends every stream. */
  close(): void {
    for (const client of this.#clients) client.end()
  }

  #drop(client: ServerResponse): void {
    this.#clients.delete(client)
    client.destroy()
    this.#onDropped()
  }
}
