import { createServer, type Server } from 'node:net'
import { errorTable } from '../../../base/errors.ts'
import { type Claim, claimName } from '../state/claim.ts'

export const portErrors = errorTable({
  FD_PORT_NONE_FREE: 'No free port was found near the preferred one',
})

/** Linux uses ports from here on for outgoing connections; a listener there can lose its port to one of them. */
const EPHEMERAL_FROM = 32_768
const TRIES = 200

/**
 * Ports of one stack. A port is claimed for as long as its stack is up, so that two stacks that start at the same moment never
 * choose the same one: between the release of a port and its part listening there, nothing else would show that it is taken.
 * Until its part starts, the port is also held open, against all other programs.
 */
export class PortLedger {
  readonly #host: string
  readonly #held = new Map<number, Server[]>()
  readonly #claims = new Map<number, Claim>()

  constructor(host: string) {
    this.#host = host
  }

  /** The preferred port if it is free at all `hosts`, else a memorable one: 10,000 or 20,000 higher, then the next ones. */
  async reserve(preferred: number, hosts: readonly string[] = [this.#host]): Promise<number> {
    for (const port of candidates(preferred)) {
      if (this.#claims.has(port)) continue
      const claim = await claimName(`port-${port}`)
      if (claim === 'taken') continue
      const servers = await listenAtAll(hosts, port)
      if (servers === undefined) {
        claim.release()
        continue
      }
      this.#claims.set(port, claim)
      this.#held.set(port, servers)
      return port
    }
    throw portErrors.error('FD_PORT_NONE_FREE', {
      message: `no free port near ${preferred}`,
      expected: `one of ${TRIES} ports to be free on ${hosts.join(' and ')}`,
      next: 'stop what listens there, or what claims them: ss -ltnp; ss -lxp | grep firedrill-port',
    })
  }

  /** Releases a port so that its part can listen there. It stays claimed for this part, and is not reserved again. */
  async release(port: number): Promise<void> {
    const servers = this.#held.get(port) ?? []
    this.#held.delete(port)
    await closeAll(servers)
  }

  /** Gives a port back for good. */
  async forget(port: number): Promise<void> {
    await this.release(port)
    this.#claims.get(port)?.release()
    this.#claims.delete(port)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#claims.keys()].map((port) => this.forget(port)))
  }
}

function* candidates(preferred: number): Generator<number> {
  const starts = [preferred, preferred + 10_000, preferred + 20_000].filter((port) => port < EPHEMERAL_FROM)
  yield* starts
  const last = starts.at(-1) ?? 20_000
  for (let step = 1; step <= TRIES; step++) {
    const port = last + step
    yield port < EPHEMERAL_FROM ? port : 10_000 + (port % 10_000)
  }
}

async function listenAtAll(hosts: readonly string[], port: number): Promise<Server[] | undefined> {
  const servers: Server[] = []
  for (const host of hosts) {
    const server = await listen(host, port)
    if (server === undefined) {
      await closeAll(servers)
      return undefined
    }
    servers.push(server)
  }
  return servers
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    // A connection before the part runs is reset at once, as if nothing listened.
    const server = createServer((socket) => socket.resetAndDestroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}
