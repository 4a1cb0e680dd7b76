import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import type { ReplicaState, ServiceStatus } from '../../runtimes/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import type { Quote } from '../contract.ts'

export function quoteOf(symbol: string, price: number, more: Partial<Quote> = {}): Quote {
  const previous = more.previous ?? 100
  return {
    symbol,
    name: `${symbol} Incorporated`,
    price,
    previous,
    change: price - previous,
    changePercent: ((price - previous) / previous) * 100,
    currency: 'USD',
    asOf: new Date().toISOString(),
    stale: false,
    ageMs: 0,
    ...more,
  }
}

/** A stand-in for the quotes service that answers in its form, with the quotes a test sets. */
export class TestQuotes {
  quotes: Quote[] = []
  /** Answers instead of the usual ones. */
  handler: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  readonly streams = new Set<ServerResponse>()
  readonly lastEventIds: (string | undefined)[] = []
  #server: Server | undefined
  #port = 0
  #eventId = 0

  get port(): number {
    return this.#port
  }

  /** Listens; after a `stop` on the same port again. */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => (this.handler ?? this.#answer)(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Goes away as a killed process does: every connection breaks. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  /** Sets quotes and sends them to every open stream. */
  push(...changed: Quote[]): void {
    const symbols = new Set(changed.map((quote) => quote.symbol))
    this.quotes = [...this.quotes.filter((quote) => !symbols.has(quote.symbol)), ...changed]
    this.quotes.sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    this.#eventId += 1
    for (const stream of this.streams) {
      stream.write(`event: quotes\nid: ${this.#eventId}\ndata: ${JSON.stringify(changed)}\n\n`)
    }
  }

  /** Answers one path with a status and nothing else; the others as usual. */
  intercept(path: string, status: number): void {
    this.handler = (request, response) =>
      request.url === path ? void response.writeHead(status).end() : this.#answer(request, response)
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/quotes') return void json(200, { quotes: this.quotes })
    if (request.url === '/quotes/stream') {
      this.lastEventIds.push(request.headers['last-event-id'] as string | undefined)
      this.streams.add(response)
      response.once('close', () => this.streams.delete(response))
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
      return
    }
    const symbol = decodeURIComponent(/^\/quotes\/([^/]+)\/history$/.exec(request.url ?? '')?.[1] ?? '')
    const quote = this.quotes.find((one) => one.symbol === symbol)
    if (quote === undefined) return void json(404, {})
    const points = Array.from({ length: 200 }, (_, index) => ({
      at: new Date(Date.parse(quote.asOf) - (199 - index) * 3_000).toISOString(),
      // A line that leads to today's price, different for each symbol and the same in each run.
      price:
        quote.price + (1 - index / 199) * (quote.previous - quote.price) + Math.sin(index / 9 + quote.previous) * 0.4,
    }))
    json(200, { symbol, points })
  }
}

const PAGES: Record<string, string> = {
  prometheus: 'http://127.0.0.1:9090/',
  alertmanager: 'http://127.0.0.1:9093/',
}

/** The fake runtime with a quotes service that lies where the test says. */
export class RuntimeWithQuotes extends FakeRuntime {
  replicas: { port: number; state: ReplicaState }[] = []

  constructor() {
    super(describeStack(profiles.lab))
  }

  override services(): ServiceStatus[] {
    const others = super
      .services()
      .filter((service) => service.name !== 'quotes')
      .map((service) => (service.name in PAGES ? { ...service, url: PAGES[service.name] ?? '' } : service))
    if (this.replicas.length === 0) return others
    const replicas = this.replicas.map(({ port, state }, index) => ({
      id: `quotes-${index + 1}`,
      state,
      sinceMs: Date.now(),
      address: { host: '127.0.0.1', port },
      restarts: 0,
    }))
    return [...others, { name: 'quotes', kind: 'service', summary: 'live prices', maxReplicas: 5, replicas }]
  }
}
