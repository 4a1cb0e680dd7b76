import { type LookupAddress, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A name is asked for again after that time, in the background. */
const FRESH_MS = 30_000

type Resolve = (host: string) => Promise<string[]>

interface Known {
  addresses: readonly string[]
  atMs: number
  next: number
}

/** A name whose addresses are not on this machine, and that may therefore not be loaded. */
export class RemoteError extends Error {
  readonly code = 'remote target refused'
}

/**
 * Where names are: the only place where a name becomes an address, and so the one that keeps the load on this machine.
 * Several addresses take turns. An answer is kept for 30 s and renewed while the old one serves.
 */
export class Addresses {
  readonly #known = new Map<string, Known>()
  readonly #asked = new Map<string, Promise<void>>()
  readonly #allowRemote: boolean
  readonly #resolve: Resolve

  constructor({ allowRemote, resolve = resolveName }: { allowRemote: boolean; resolve?: Resolve }) {
    this.#allowRemote = allowRemote
    this.#resolve = resolve
  }

  /** The next address of a name that is known. */
  now(host: string): string | undefined {
    const known = this.#known.get(host)
    if (known === undefined) return undefined
    if (performance.now() - known.atMs > FRESH_MS) void this.learn(host).catch(() => undefined)
    known.next = (known.next + 1) % known.addresses.length
    return known.addresses[known.next]
  }

  /** Asks for a name's addresses. @throws RemoteError, or what the resolver says */
  learn(host: string): Promise<void> {
    let asked = this.#asked.get(host)
    if (asked === undefined) {
      asked = this.#learn(host).finally(() => this.#asked.delete(host))
      this.#asked.set(host, asked)
    }
    return asked
  }

  async #learn(host: string): Promise<void> {
    const addresses = isIP(host) === 0 ? await this.#resolve(host) : [host]
    const remote = this.#allowRemote ? undefined : addresses.find((address) => !isOfThisMachine(address))
    if (remote !== undefined) {
      this.#known.delete(host)
      throw new RemoteError(`${host} is ${remote}, which is not this machine`)
    }
    this.#known.set(host, { addresses, atMs: performance.now(), next: -1 })
  }
}

function resolveName(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return reject(error)
      // Where a name is known in both families, as localhost is, servers of this machine mostly listen on IPv4 alone.
      const four = found.filter(({ family }) => family === 4)
      resolve((four.length > 0 ? four : found).map(({ address }) => address))
    })
  })
}

/** Whether an IP address is a loopback or belongs to an interface of this machine. */
export function isOfThisMachine(address: string): boolean {
  if (/^127\./.test(address) || address === '::1' || /^::ffff:127\./i.test(address)) return true
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === address))
}
