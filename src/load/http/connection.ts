import { createConnection, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { defined } from '../../base/defined.ts'
import { type Answer, AnswerParser } from './answer-parser.ts'
import { causeOf } from './causes.ts'
import type { Network, OpenConnection } from './network.ts'
import type { Origin } from './origin.ts'

/** One connection to a server. */

/** Each chunk is parsed before the next read, so that all connections of a thread can share one buffer. */
const INCOMING = Buffer.allocUnsafeSlow(64 * 1024)

/** The server may close a connection that was idle for this many milliseconds just as it is used again. */
const STALE_AFTER_MS = 1_000
const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** A connection to one origin that carries one request at a time, and is kept for the next. */
export class Connection implements OpenConnection {
  readonly origin: Origin
  readonly #network: Network
  readonly #parser = new AnswerParser()
  #socket: Socket | undefined
  #exchange: Exchange | undefined
  #closed = false
  #idleSinceMs = 0
  /** Whether the request under way went out on a connection that had long been idle. */
  #maybeStale = false
  /** Called when the connection has become free, or has closed. */
  onIdle: (connection: Connection, usable: boolean) => void = () => undefined

  constructor(origin: Origin, network: Network) {
    this.origin = origin
    this.#network = network
    network.connections.add(this)
  }

  send(exchange: Exchange): void {
    this.#exchange = exchange
    this.#parser.expect(exchange.method)
    const socket = this.#socket
    this.#maybeStale = socket !== undefined && performance.now() - this.#idleSinceMs > STALE_AFTER_MS
    if (socket !== undefined) return void this.#write(socket, exchange)
    const address = this.#network.addresses.next(this.origin.host)
    if (address !== undefined) return void this.#open(address)
    this.#network.addresses.resolve(this.origin.host).then(
      () => {
        if (!this.#closed) this.#open(this.#network.addresses.next(this.origin.host) ?? this.origin.host)
      },
      (error: unknown) => this.#fail(causeOf(error)),
    )
  }

  /** Ends a request that has taken too long. */
  checkDeadline(nowMs: number): void {
    if (this.#exchange !== undefined && nowMs >= this.#exchange.deadlineMs) this.#fail('timeout')
  }

  /** Closes at once; a request under way fails. */
  close(cause = 'cut off'): void {
    this.#fail(cause)
  }

  #open(address: string): void {
    const { port, tls, host } = this.origin
    try {
      if (tls) {
        this.#socket = connectTls({
          host: address,
          port,
          ALPNProtocols: ['http/1.1'],
          rejectUnauthorized: !this.#network.insecure,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          // The connection is to an address: TLS needs the name.
          ...defined({ ca: this.#network.ca }),
        })
        this.#socket.on('data', (chunk: Buffer) => this.#received(chunk, chunk.length))
      } else {
        this.#socket = createConnection({
          host: address,
          port,
          onread: {
            buffer: INCOMING,
            callback: (length, buffer) => {
              this.#received(buffer as Buffer, length)
              return true
            },
          },
        })
      }
    } catch (error) {
      return void this.#fail(causeOf(error))
    }
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error) => this.#fail(causeOf(error)))
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('close', () => this.#ended())
    if (this.#exchange !== undefined) this.#write(this.#socket, this.#exchange)
  }

  #write(socket: Socket, { text, bytes }: Exchange): void {
    if (bytes === undefined) socket.write(text)
    else {
      socket.cork()
      socket.write(text)
      socket.write(bytes)
      socket.uncork()
    }
  }

  #received(chunk: Buffer, length: number): void {
    if (this.#exchange === undefined) return void this.#fail('broken answer')
    let answer: Answer | undefined
    try {
      answer = this.#parser.feed(chunk, length)
    } catch {
      return void this.#fail('broken answer')
    }
    if (answer !== undefined) this.#answered(answer)
  }

  #answered(answer: Answer): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#idleSinceMs = performance.now()
    if (!answer.keepAlive) this.#close()
    this.onIdle(this, answer.keepAlive)
    exchange?.answered(answer)
  }

  /** The server has closed: allowed between two requests, and the end of an answer without a length. */
  #ended(): void {
    if (this.#closed) return
    const answer = this.#exchange === undefined ? undefined : this.#parser.end()
    if (answer !== undefined) this.#answered(answer)
    else this.#fail('reset')
  }

  #fail(cause: string): void {
    if (this.#closed) return
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#close()
    this.onIdle(this, false)
    if (exchange === undefined) return
    // As browsers do: a server may close an idle connection at any time; that is not a failure.
    if (cause === 'reset' && this.#maybeStale && !this.#parser.midway && REPEATABLE.has(exchange.method)) {
      const again = new Connection(this.origin, this.#network)
      again.onIdle = this.onIdle
      again.send(exchange)
    } else exchange.failed(cause)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#network.connections.delete(this)
    this.#socket?.destroy()
  }
}

/** One request under way, as a connection sees it. One of the two methods is called, once. */
export interface Exchange {
  readonly method: string
  /** The head, and the body if it is text. */
  readonly text: string
  readonly bytes: Uint8Array | undefined
  /** performance.now() at which it has taken too long. */
  readonly deadlineMs: number
  answered(answer: Answer): void
  failed(cause: string): void
}
