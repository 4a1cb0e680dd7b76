import { type LookupAddress, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Host names and their addresses. */

/** A name is resolved again after this time, in the background. */
const FRESH_MS = 30_000

/**
 * Resolves host names. It is the only place that does, and so the one that keeps the load on this machine. Several addresses
 * take turns. An answer is kept for 30 s; after that it is used until the new one has come.
 */
export class Addresses {
  readonly #known = new Map<string, Known>()
  readonly #pending = new Map<string, Promise<void>>()
  readonly #allowRemote: boolean
  readonly #lookUp: LookUp

  constructor({ allowRemote, lookUp = lookUpName }: { allowRemote: boolean; lookUp?: LookUp }) {
    this.#allowRemote = allowRemote
    this.#lookUp = lookUp
  }

  /** The next address of a name that is already resolved. */
  next(host: string): string | undefined {
    const known = this.#known.get(host)
    if (known === undefined) return undefined
    if (performance.now() - known.atMs > FRESH_MS) void this.resolve(host).catch(() => undefined)
    known.next = (known.next + 1) % known.addresses.length
    return known.addresses[known.next]
  }

  /** Resolves a name. @throws RemoteError, or the resolver's error */
  resolve(host: string): Promise<void> {
    let pending = this.#pending.get(host)
    if (pending === undefined) {
      pending = this.#askResolver(host).finally(() => this.#pending.delete(host))
      this.#pending.set(host, pending)
    }
    return pending
  }

  async #askResolver(host: string): Promise<void> {
    const addresses = isIP(host) === 0 ? await this.#lookUp(host) : [host]
    const remote = this.#allowRemote ? undefined : addresses.find((address) => !isOfThisMachine(address))
    if (remote !== undefined) {
      this.#known.delete(host)
      throw new RemoteError(`${host} is ${remote}, which is not this machine`)
    }
    this.#known.set(host, { addresses, atMs: performance.now(), next: -1 })
  }
}

function lookUpName(host: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return reject(error)
      // Where a name has addresses of both families, as localhost has, servers of this machine mostly listen on IPv4 alone.
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

/** A name has an address that is not on this machine, so that it may not be loaded. */
export class RemoteError extends Error {
  readonly code = 'remote target refused'
}

type LookUp = (host: string) => Promise<string[]>

interface Known {
  addresses: readonly string[]
  atMs: number
  next: number
}
