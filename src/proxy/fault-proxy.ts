import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { AddressError, formatAddress, type HostPort, parseAddress, resolveAddress, tryAddress } from './address.ts'
import { refusal } from './errors.ts'
import { Lease } from './lease.ts'
import { Connection } from './stream/connection.ts'
import { difference, type Flows, noFlows, sum } from './stream/flows.ts'
import { SOCKET_OPTIONS } from './stream/reading.ts'
import { directions } from './stream/stream.ts'
import { type ActiveToxic, activate, type NewToxic } from './toxics/active-toxic.ts'

/** Listens, connects each client to the upstream, and applies its toxics to their streams. */
export class FaultProxy {
  readonly name: string
  readonly #random: () => number
  readonly #counters: ProxyCounters | undefined
  readonly #onAccept: () => void
  readonly #connections = new Set<Connection>()
  readonly #opened = new Set<Connection>()
  readonly #down = new Lease(() => {
    // Somebody else may have its port at this moment.
    this.#down.renew(AGAIN_MS)
    this.start().catch(() => undefined)
  })
  #listenText: string
  #listen: HostPort
  #upstreamText: string
  #upstream: HostPort
  #toxics: ActiveToxic[] = []
  #server: Server | undefined
  /** Of that server; others who start it wait for the same. */
  #starting: Promise<void> = Promise.resolve()
  #accepted: { connections: number }
  #acceptedBefore: number
  /** The addresses that it counts for now; their counter must be released. */
  #where: Where | undefined
  #counted: Flows = noFlows()
  /** To be added to `#counted`, which may be older than the proxy; the proxy may also have counted elsewhere before. */
  #countedElsewhere: Flows = noFlows()

  /** @throws AddressError when `upstream` is not an address */
  constructor({ name, listen, upstream, random, counters, onAccept = () => undefined }: FaultProxyOptions) {
    this.name = name
    this.#listenText = listen
    this.#listen = placeOf(listen)
    this.#upstreamText = upstream
    this.#upstream = parseAddress(upstream)
    this.#random = random
    this.#counters = counters
    this.#onAccept = onAccept
    this.#accepted = counters?.takeAccepted(name) ?? { connections: 0 }
    this.#acceptedBefore = this.#accepted.connections
  }

  get isEnabled(): boolean {
    return this.#server !== undefined
  }

  /** Where it listens, or listened when it was last enabled. */
  get listen(): HostPort {
    return this.#listen
  }

  /** The same as a text: the configured one until the proxy starts. */
  get listenText(): string {
    return this.#listenText
  }

  /** As configured. */
  get upstreamText(): string {
    return this.#upstreamText
  }

  /** Whether its addresses differ from these two. @throws FD_PROXY_LISTEN when `listen` is not an address */
  async differs(listen: string, upstream: string): Promise<boolean> {
    try {
      const resolved = await resolveAddress(parseAddress(listen))
      return formatAddress(resolved) !== this.#listenText || upstream !== this.#upstreamText
    } catch (error) {
      throw error instanceof AddressError ? refusal('FD_PROXY_LISTEN', error.message) : error
    }
  }

  /** Sets other addresses, used from its next start on. @throws AddressError when `upstream` is not an address */
  moveTo(listen: string, upstream: string): void {
    this.#upstream = parseAddress(upstream)
    this.#upstreamText = upstream
    this.#listenText = listen
    this.#listen = placeOf(listen)
  }

  /** Connections accepted so far. */
  get accepted(): number {
    return this.#accepted.connections - this.#acceptedBefore
  }

  /** Bytes that passed until now. */
  get flows(): Flows {
    return sum(this.#counted, this.#countedElsewhere)
  }

  get connections(): number {
    return this.#connections.size
  }

  /** Milliseconds until it is enabled again by itself, if requested. */
  get disabledForMs(): number | undefined {
    return this.isEnabled ? undefined : this.#down.leftMs()
  }

  /** Starts to listen, unless it already listens. @throws FD_PROXY_LISTEN */
  async start(): Promise<void> {
    if (this.#server === undefined) this.#starting = this.#begin()
    await this.#starting
  }

  async #begin(): Promise<void> {
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (client) => this.#accept(client))
    this.#server = server
    let place = this.#listenText
    try {
      const listen = await resolveAddress(parseAddress(place))
      if (this.#server !== server) return
      place = formatAddress(listen)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        // Room for many connections at once: the system bounds it anyway.
        server.listen({ ...listen, backlog: 4_096, exclusive: true }, resolve)
      })
    } catch (error) {
      if (this.#server === server) this.#server = undefined
      throw listenFailure(place, error)
    }
    this.#down.end()
    const { address: host, port } = server.address() as AddressInfo
    this.#listen = { host, port }
    this.#listenText = formatAddress(this.#listen)
    this.#countAt({ listener: this.#listenText, proxy: this.name, upstream: this.#upstreamText })
  }

  /**
   * Refuses new connections and ends the existing ones.
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

  /** Closes the proxy: neither it nor one of its toxics comes back. */
  async close(): Promise<void> {
    for (const toxic of this.#toxics) toxic.lease.end()
    await this.stop()
    this.#countAt(undefined)
    this.#counters?.releaseAccepted(this.name)
    this.#accepted = { connections: this.accepted }
    this.#acceptedBefore = 0
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

  /** @throws FD_PROXY_TOXIC_EXISTS */
  checkFree(name: string): void {
    if (this.#toxics.some((toxic) => toxic.name === name))
      throw refusal('FD_PROXY_TOXIC_EXISTS', 'toxic already exists')
  }

  /** @param ttlMs how long it lives unless it is renewed. @throws FD_PROXY_TOXIC_EXISTS */
  addToxic(toxic: NewToxic, ttlMs: number | null = null): ActiveToxic {
    this.checkFree(toxic.name)
    const active = activate(toxic, (expired) => this.#remove(expired))
    active.lease.renew(ttlMs)
    this.#toxics.push(active)
    for (const { links } of this.#opened) {
      links[active.stream].chain.add(active, false)
      links[active.stream].flow()
    }
    return active
  }

  /** @param ttlMs from now on; `undefined` leaves its end unchanged, `null` removes it */
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
    this.#toxics = this.#toxics.filter((other) => other !== toxic)
    for (const { links } of this.#opened) {
      links[toxic.stream].chain.remove(toxic)
      links[toxic.stream].flow()
    }
  }

  #accept(client: Socket): void {
    this.#onAccept()
    this.#accepted.connections++
    const connection = new Connection({
      client,
      upstream: this.#upstream,
      flows: this.#counted,
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

  #countAt(where: Where | undefined): void {
    const [before, old] = [this.flows, this.#where]
    this.#counted = (where && this.#counters?.takeFlows(where)) ?? noFlows()
    this.#countedElsewhere = difference(before, this.#counted)
    this.#where = where
    if (old !== undefined) this.#counters?.releaseFlows(old)
  }
}

/** Where a proxy will listen, as far as it is known before it does. */
function placeOf(listen: string): HostPort {
  return tryAddress(listen) ?? { host: listen, port: 0 }
}

/** The error of a listen call, in Toxiproxy's words. */
function listenFailure(place: string, error: unknown): Error {
  if (error instanceof AddressError) return refusal('FD_PROXY_LISTEN', `listen tcp: ${error.message}`)
  const { code } = error as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    EADDRINUSE: 'bind: address already in use',
    EACCES: 'bind: permission denied',
    EADDRNOTAVAIL: 'bind: cannot assign requested address',
  }
  return refusal('FD_PROXY_LISTEN', `listen tcp ${place}: ${reasons[code ?? ''] ?? String(error)}`)
}

/** Between two tries to come back by itself, in milliseconds. */
const AGAIN_MS = 1_000

/** The addresses that bytes pass between. */
export interface Where {
  listener: string
  proxy: string
  upstream: string
}

/** Counters that outlive a proxy. A proxy releases a counter when it no longer counts there. */
export interface ProxyCounters {
  takeFlows(where: Where): Flows
  releaseFlows(where: Where): void
  takeAccepted(proxy: string): { connections: number }
  releaseAccepted(proxy: string): void
}

export interface FaultProxyOptions {
  name: string
  /** "host:port", or a text that is resolved when the proxy starts. */
  listen: string
  /** "host:port". */
  upstream: string
  random: () => number
  counters?: ProxyCounters | undefined
  /** Called with each client, before anything is done with it. */
  onAccept?: () => void
}
