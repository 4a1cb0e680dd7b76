import { Addresses } from './addresses.ts'

/** What the connections of a thread share. */

/** How often deadlines are checked, in milliseconds: a timeout may be recorded that much late. */
const DEADLINES_MS = 20

/** What all connections of a thread share: addresses, TLS settings, and one clock for all their deadlines. */
export class Network {
  readonly connections = new Set<OpenConnection>()
  readonly addresses: Addresses
  readonly insecure: boolean
  readonly ca: string | undefined
  readonly #deadlines: NodeJS.Timeout

  constructor({ allowRemote, insecure = false, ca }: NetworkOptions) {
    this.addresses = new Addresses({ allowRemote })
    this.insecure = insecure
    this.ca = ca
    this.#deadlines = setInterval(() => {
      const nowMs = performance.now()
      for (const connection of this.connections) connection.checkDeadline(nowMs)
    }, DEADLINES_MS)
  }

  /** Cuts off what is under way and closes all connections. */
  close(): void {
    clearInterval(this.#deadlines)
    for (const connection of [...this.connections]) connection.close()
  }
}

export interface NetworkOptions {
  /** Whether targets beyond this machine may be loaded. */
  allowRemote: boolean
  /** Certificates are not checked. */
  insecure?: boolean
  /** PEM of authorities to trust instead of the system's. */
  ca?: string | undefined
}

/** What the network needs of a connection. */
export interface OpenConnection {
  /** Fails the request under way when its time is over. */
  checkDeadline(nowMs: number): void
  close(): void
}
