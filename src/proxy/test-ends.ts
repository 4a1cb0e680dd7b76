import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { seededRandom } from '../base/random.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { FaultProxy } from './fault-proxy.ts'

/** A server with one behaviour for every connection, and its open sockets. */
export interface TestUpstream {
  port: number
  sockets: Set<Socket>
  close(): Promise<void>
}

export async function startUpstream(serve: (socket: Socket) => void, port = 0): Promise<TestUpstream> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    serve(socket)
  })
  server.listen({ port, host: '127.0.0.1', backlog: 4_096 })
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Sends back what it gets. */
export const echo = (socket: Socket): void => {
  socket.pipe(socket)
}

export async function startProxy(upstreamPort: number, random: () => number = seededRandom(1)): Promise<FaultProxy> {
  const proxy = new FaultProxy({
    name: 'test',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${upstreamPort}`,
    random,
  })
  await proxy.start()
  return proxy
}

/** A client that keeps all it gets and how the connection ended. */
export class TestClient {
  readonly socket: Socket
  readonly pieces: { atMs: number; bytes: Buffer }[] = []
  /** `end` is a FIN, an error code such as ECONNRESET the rest. */
  ended: { how: string; atMs: number } | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => this.pieces.push({ atMs: performance.now(), bytes }))
    const note = (how: string) => {
      this.ended ??= { how, atMs: performance.now() }
    }
    socket.on('end', () => note('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => note(error.code ?? error.message))
  }

  static async to(port: number): Promise<TestClient> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const client = new TestClient(socket)
    await once(socket, 'connect')
    return client
  }

  get received(): Buffer {
    return Buffer.concat(this.pieces.map(({ bytes }) => bytes))
  }

  get length(): number {
    return this.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  /** Milliseconds from sending to the last byte of the echo. */
  async roundTripMs(text = 'ping'): Promise<number> {
    const before = this.length
    const startedMs = performance.now()
    this.socket.write(text)
    await this.has(before + text.length)
    return (this.pieces.at(-1)?.atMs ?? Number.NaN) - startedMs
  }

  /** The shortest of three round trips, in milliseconds: a busy machine may be late with one, a delay is in all of them. */
  async quickestMs(): Promise<number> {
    let shortestMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < 3; n++) shortestMs = Math.min(shortestMs, await this.roundTripMs())
    return shortestMs
  }

  async has(bytes: number): Promise<void> {
    const signal = AbortSignal.timeout(10_000)
    while (this.length < bytes) await once(this.socket, 'data', { signal })
  }

  async end(): Promise<{ how: string; atMs: number }> {
    return waitUntil(async () => (this.ended === undefined ? notYet(`${this.length} bytes`) : done(this.ended)), {
      what: 'the connection to end',
      timeoutMs: 10_000,
      intervalMs: 1,
    })
  }
}
