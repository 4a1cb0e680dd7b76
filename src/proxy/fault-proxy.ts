import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type ActiveToxic, activate, type NewToxic } from './active-toxic.ts'
import { formatAddress, type HostPort } from './address.ts'
import { Connection } from './connection.ts'
import { refusal } from './errors.ts'
import { Lease } from './lease.ts'
import type { Flow } from './link.ts'
import { SOCKET_OPTIONS } from './reading.ts'
import { type Direction, directions } from './stream.ts'

export interface FaultProxyOptions {
  name: string
  listen: HostPort
  upstream: HostPort
  random: () => number
}

/** Listens, connects each client to the upstream, and does to their streams what its toxics say. */
export class FaultProxy {
  readonly name: string
  readonly flows: Record<Direction, Flow> = {
    upstream: { receivedBytes: 0, sentBytes: 0 },
    downstream: { receivedBytes: 0, sentBytes: 0 },
  }
  /** Connections accepted so far. */
  accepted = 0
  readonly #random: () => number
  readonly #connections = new Set<Connection>()
  readonly #opened = new Set<Connection>()
  readonly #down = new Lease(() => void this.start().catch(() => undefined))
  #listen: HostPort
  #upstream: HostPort
  #toxics: ActiveToxic[] = []
  #server: Server | undefined

  constructor({ name, listen, upstream, random }: FaultProxyOptions) {
    this.name = name
    this.#upstream = upstream
    this.#listen = listen
    this.#random = random
  }

  get isEnabled(): boolean {
    return this.#server !== undefined
  }

  /** Where it listens, or did when it last was enabled. */
  get listen(): HostPort {
    return this.#listen
  }

  get upstream(): HostPort {
    return this.#upstream
  }

  /** To other addresses, from its next start on. */
  moveTo(listen: HostPort, upstream: HostPort): void {
    this.#listen = listen
    this.#upstream = upstream
  }

  get connections(): number {
    return this.#connections.size
  }

  /** Milliseconds until it is enabled again by itself, if that was asked for. */
  get disabledForMs(): number | undefined {
    return this.isEnabled ? undefined : this.#down.leftMs()
  }

  /** Starts to listen; nothing happens when it does. @throws FD_PROXY_LISTEN */
  async start(): Promise<void> {
    this.#down.end()
    if (this.#server !== undefined) return
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (client) => this.#accept(client))
    this.#server = server
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        // Room for many that come at once: the system bounds it anyway.
        server.listen({ ...this.#listen, backlog: 4_096, exclusive: true }, resolve)
      })
    } catch (error) {
      this.#server = undefined
      throw listenFailure(this.#listen, error)
    }
    const { address: host, port } = server.address() as AddressInfo
    this.#listen = { host, port }
  }

  /**
   * Refuses new connections and ends those there are.
   * @param forMs it starts again by itself after this time, in milliseconds
   */
  async stop(forMs?: number): Promise<void> {
    this.#down.renew(forMs ?? null)
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  /** Gives up for good: neither it nor a toxic of it comes back. */
  async close(): Promise<void> {
    for (const toxic of this.#toxics) toxic.lease.end()
    await this.stop()
  }

  /** First those of the upstream direction, each in the order in which they were added. */
  toxics(): readonly ActiveToxic[] {
    return directions.flatMap((direction) => this.#toxics.filter(({ stream }) => stream === direction))
  }

  toxic(name: string): ActiveToxic {
    const found = this.#toxics.find((toxic) => toxic.name === name)
    if (found === undefined) throw refusal('FD_PROXY_TOXIC_NOT_FOUND', 'toxic not found')
    return found
  }

  /** @param ttlMs how long it lives unless that is renewed */
  addToxic(toxic: NewToxic, ttlMs: number | null = null): ActiveToxic {
    if (this.#toxics.some(({ name }) => name === toxic.name))
      throw refusal('FD_PROXY_TOXIC_EXISTS', 'toxic already exists')
    const active = activate(toxic, (expired) => this.#remove(expired))
    active.lease.renew(ttlMs)
    this.#toxics.push(active)
    for (const { links } of this.#opened) {
      links[active.stream].chain.add(active, false)
      links[active.stream].flow()
    }
    return active
  }

  /** @param ttlMs from now on; `undefined` leaves its end as it is, `null` takes it away */
  updateToxic(
    toxic: ActiveToxic,
    change: Partial<Pick<NewToxic, 'attributes' | 'toxicity'>>,
    ttlMs: number | null | undefined,
  ): void {
    if (ttlMs !== undefined) toxic.lease.renew(ttlMs)
    if (change.attributes === undefined && change.toxicity === undefined) return
    Object.assign(toxic, change)
    for (const { links } of this.#opened) {
      links[toxic.stream].chain.update(toxic)
      links[toxic.stream].flow()
    }
  }

  removeToxic(name: string): void {
    this.#remove(this.toxic(name))
  }

  removeToxics(): void {
    for (const toxic of [...this.#toxics]) this.#remove(toxic)
  }

  #remove(toxic: ActiveToxic): void {
    toxic.lease.end()
    this.#toxics = this.#toxics.filter((one) => one !== toxic)
    for (const { links } of this.#opened) {
      links[toxic.stream].chain.remove(toxic)
      links[toxic.stream].flow()
    }
  }

  #accept(client: Socket): void {
    this.accepted++
    const connection = new Connection({
      client,
      upstream: this.#upstream,
      flows: this.flows,
      random: this.#random,
      onOpen: () => {
        this.#opened.add(connection)
        for (const toxic of this.#toxics) connection.links[toxic.stream].chain.add(toxic, true)
        for (const direction of directions) connection.links[direction].flow()
      },
      onClosed: () => {
        this.#opened.delete(connection)
        this.#connections.delete(connection)
      },
    })
    this.#connections.add(connection)
  }
}

/** Toxiproxy's words for what the system says. */
function listenFailure(listen: HostPort, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    EADDRINUSE: 'bind: address already in use',
    EACCES: 'bind: permission denied',
    EADDRNOTAVAIL: 'bind: cannot assign requested address',
    ENOTFOUND: 'no such host',
  }
  return refusal('FD_PROXY_LISTEN', `listen tcp ${formatAddress(listen)}: ${reasons[code ?? ''] ?? String(error)}`)
}
