import { isLoopback, tryAddress } from './address.ts'
import { refusal } from './errors.ts'
import { FaultProxy, type ProxyCounters } from './fault-proxy.ts'

/** Every proxy of this process, by name. */
export class Proxies {
  readonly #proxies = new Map<string, FaultProxy>()
  readonly #random: () => number
  readonly #listenHosts: ReadonlySet<string>
  readonly #counters: ProxyCounters | undefined
  /** One change at a time: two requests for the same name must not both find it free. */
  #tail: Promise<unknown> = Promise.resolve()

  constructor({ random, listenHosts = new Set(), counters }: ProxiesOptions) {
    this.#random = random
    this.#listenHosts = listenHosts
    this.#counters = counters
  }

  all(): FaultProxy[] {
    return [...this.#proxies.values()]
  }

  /** @throws FD_PROXY_NOT_FOUND */
  get(name: string): FaultProxy {
    const found = this.#proxies.get(name)
    if (found === undefined) throw refusal('FD_PROXY_NOT_FOUND', 'proxy not found')
    return found
  }

  /** @throws FD_PROXY_EXISTS, FD_PROXY_LISTEN, FD_PROXY_LISTEN_HOST */
  add(plan: ProxyPlan): Promise<FaultProxy> {
    return this.#inTurn(async () => {
      if (this.#proxies.has(plan.name)) throw refusal('FD_PROXY_EXISTS', 'proxy already exists')
      this.#checkHost(plan.listen)
      return this.#start(plan)
    })
  }

  /**
   * Keeps proxies that are as planned, replaces the others, and adds missing ones; `done` has those before the first failure. A
   * proxy that cannot be replaced is down and keeps its toxics.
   */
  populate(plans: readonly ProxyPlan[], done: FaultProxy[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const plan of plans) {
        this.#checkHost(plan.listen)
        const existing = this.#proxies.get(plan.name)
        if (existing !== undefined && !(await existing.differs(plan.listen, plan.upstream))) {
          done.push(existing)
          continue
        }
        await existing?.stop()
        done.push(await this.#start(plan))
        await existing?.close()
      }
    })
  }

  /**
   * Other addresses restart it, which ends its connections; its toxics stay. It is not changed when a new address is invalid.
   * @throws FD_PROXY_NOT_FOUND, FD_PROXY_LISTEN, FD_PROXY_LISTEN_HOST
   */
  update(name: string, change: Partial<Omit<ProxyPlan, 'name'>>, disabledForMs?: number): Promise<FaultProxy> {
    return this.#inTurn(async () => {
      const proxy = this.get(name)
      const { listen = proxy.listenText, upstream = proxy.upstreamText, enabled = proxy.isEnabled } = change
      if (change.listen !== undefined) this.#checkHost(listen)
      if (await proxy.differs(listen, upstream)) {
        if (proxy.isEnabled) await proxy.stop()
        proxy.moveTo(listen, upstream)
      }
      if (enabled) await proxy.start()
      // Where the change does not mention it, the time until it is enabled again continues.
      else if (proxy.isEnabled || change.enabled === false || disabledForMs !== undefined)
        await proxy.stop(disabledForMs)
      return proxy
    })
  }

  /** @throws FD_PROXY_NOT_FOUND */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.get(name).close()
      this.#proxies.delete(name)
    })
  }

  /** Every proxy is enabled and has no toxic. @throws FD_PROXY_LISTEN of the first that cannot start, once the others have */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      const failures: unknown[] = []
      for (const proxy of this.#proxies.values()) {
        proxy.removeToxics()
        await proxy.start().catch((error: unknown) => failures.push(error))
      }
      if (failures.length > 0) throw failures[0]
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all(this.all().map((proxy) => proxy.close()))
      this.#proxies.clear()
    })
  }

  /** A client that may change a proxy must not be able to open the upstreams of this machine to others. */
  #checkHost(listen: string): void {
    const host = tryAddress(listen)?.host
    // A text that is not an address fails later, at listening.
    if (host === undefined || isLoopback(host) || this.#listenHosts.has(host)) return
    const where = ['127.0.0.1', ...this.#listenHosts].join(', ')
    throw refusal(
      'FD_PROXY_LISTEN_HOST',
      `a proxy may not listen on ${host}, only on ${where}: HOST or PROXY_CONFIG add to that`,
    )
  }

  async #start({ enabled, ...plan }: ProxyPlan): Promise<FaultProxy> {
    const proxy = new FaultProxy({ ...plan, random: this.#random, counters: this.#counters })
    try {
      if (enabled) await proxy.start()
    } catch (error) {
      await proxy.close()
      throw error
    }
    this.#proxies.set(plan.name, proxy)
    return proxy
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(act)
    this.#tail = result.catch(() => undefined)
    return result
  }
}

/** The configuration of a proxy. */
export interface ProxyPlan {
  name: string
  /** As configured: it is resolved when the proxy starts. */
  listen: string
  /** "host:port". */
  upstream: string
  enabled: boolean
}

export interface ProxiesOptions {
  random: () => number
  /** Other hosts, beside this machine, that proxies may listen on. */
  listenHosts?: ReadonlySet<string>
  counters?: ProxyCounters
}
