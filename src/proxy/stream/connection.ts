import { connect, type Socket } from 'node:net'
import { type Flow, Link } from './link.ts'
import { adopt, readInto, SOCKET_OPTIONS } from './reading.ts'
import { reset } from './reset.ts'
import type { Direction } from './stream.ts'

/** A client's connection and the one to the upstream that was opened for it. A half-closed connection stays half-closed. */
export class Connection {
  readonly links: Record<Direction, Link>
  readonly #options: ConnectionOptions
  readonly #upstream: Socket
  #client: Socket

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#client = options.client
    const common = { random: options.random, onEnd: (how: 'close' | 'reset') => this.#end(how) }
    const [client, upstream] = [() => this.#client, () => this.#upstream]
    this.links = {
      upstream: new Link({ source: client, destination: upstream, flow: options.flows.upstream, ...common }),
      downstream: new Link({ source: upstream, destination: client, flow: options.flows.downstream, ...common }),
    }
    this.#upstream = connect({
      ...SOCKET_OPTIONS,
      ...options.upstream,
      onread: readInto((bytes) => this.links.downstream.take(bytes)),
    })
    const refused = () => {
      // As Toxiproxy: a FIN, or a RST by the system when the client has sent something.
      this.#client.destroy()
      options.onClosed(this)
    }
    this.#client.on('error', () => undefined)
    this.#upstream.once('error', refused)
    this.#upstream.once('connect', () => {
      this.#upstream.off('error', refused)
      this.#open()
    })
  }

  /** Ends both sockets at once. */
  destroy(): void {
    this.#client.destroy()
    if (!this.#upstream.connecting) this.#upstream.destroy()
    else this.#upstream.destroy(new Error('stopped'))
  }

  #open(): void {
    const { upstream, downstream } = this.links
    this.#client = adopt(this.#client, (bytes) => upstream.take(bytes))
    let open = 2
    for (const [socket, from, to] of [
      [this.#client, upstream, downstream],
      [this.#upstream, downstream, upstream],
    ] as const) {
      socket.on('end', () => from.end('finish'))
      socket.on('error', () => from.end('reset'))
      socket.on('drain', () => to.flow())
      socket.once('close', () => {
        open--
        if (open > 0) return
        for (const link of [upstream, downstream]) link.chain.stop()
        this.#options.onClosed(this)
      })
    }
    this.#options.onOpen(this)
    this.#client.resume()
    this.#upstream.resume()
  }

  #end(how: 'close' | 'reset'): void {
    for (const socket of [this.#client, this.#upstream]) {
      if (how === 'reset') reset(socket)
      else socket.destroySoon()
    }
  }
}

export interface ConnectionOptions {
  /** Just accepted, and paused. */
  client: Socket
  upstream: { host: string; port: number }
  flows: Record<Direction, Flow>
  random: () => number
  /** The upstream has accepted as well; no byte has passed yet. */
  onOpen: (connection: Connection) => void
  /** Both sockets are closed. */
  onClosed: (connection: Connection) => void
}
