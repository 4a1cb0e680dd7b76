import { type HostPort, isLoopback, sameAddress } from './address.ts'
import { refusal } from './errors.ts'
import { FaultProxy } from './fault-proxy.ts'

/** What a proxy is made from. */
export interface ProxyPlan {
  name: string
  listen: HostPort
  upstream: HostPort
  enabled: boolean
}

/** Every proxy of this process, by name. */
export class Proxies {
  readonly #proxies = new Map<string, FaultProxy>()
  readonly #random: () => number
  readonly #onAdded: (proxy: FaultProxy) => void
  readonly #listenHosts: ReadonlySet<string>
  /** One change at a time: two requests for the same name must not both find it free. */
  #tail: Promise<unknown> = Promise.resolve()

  /** `listenHosts`: where else than on this machine proxies may listen. */
  constructor(
    random: () => number,
    onAdded: (proxy: FaultProxy) => void = () => undefined,
    listenHosts: ReadonlySet<string> = new Set(),
  ) {
    this.#random = random
    this.#onAdded = onAdded
    this.#listenHosts = listenHosts
  }

  all(): FaultProxy[] {
    return [...this.#proxies.values()]
  }

  find(name: string): FaultProxy | undefined {
    return this.#proxies.get(name)
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
      this.#checkHost(plan.listen)
      if (this.#proxies.has(plan.name)) throw refusal('FD_PROXY_EXISTS', 'proxy already exists')
      return this.#start(plan)
    })
  }

  /** Leaves alone what is as planned, replaces what is not, and adds what is missing; `done` has those before the first failure. */
  populate(plans: readonly ProxyPlan[], done: FaultProxy[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const plan of plans) {
        this.#checkHost(plan.listen)
        const existing = this.#proxies.get(plan.name)
        if (existing !== undefined && isAsPlanned(existing, plan)) {
          done.push(existing)
          continue
        }
        await existing?.close()
        this.#proxies.delete(plan.name)
        done.push(await this.#start(plan))
      }
    })
  }

  /** Other addresses start it anew, which ends its connections; its toxics stay. @throws FD_PROXY_NOT_FOUND, FD_PROXY_LISTEN */
  update(name: string, change: Partial<Omit<ProxyPlan, 'name'>>, disabledForMs?: number): Promise<FaultProxy> {
    return this.#inTurn(async () => {
      const proxy = this.get(name)
      if (change.listen !== undefined) this.#checkHost(change.listen)
      const plan = { name, listen: proxy.listen, upstream: proxy.upstream, enabled: proxy.isEnabled, ...change }
      if (!isAsPlanned(proxy, plan)) {
        await proxy.stop()
        proxy.moveTo(plan.listen, plan.upstream)
      }
      if (plan.enabled) await proxy.start()
      else await proxy.stop(disabledForMs)
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

  /** Every proxy is enabled and has no toxic. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      for (const proxy of this.#proxies.values()) {
        proxy.removeToxics()
        await proxy.start()
      }
    })
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      await Promise.all(this.all().map((proxy) => proxy.close()))
      this.#proxies.clear()
    })
  }

  /** Whoever may change this proxy must not be able to open the upstreams of this machine to others. */
  #checkHost({ host }: HostPort): void {
    if (isLoopback(host) || this.#listenHosts.has(host)) return
    const where = ['127.0.0.1', ...this.#listenHosts].join(', ')
    throw refusal(
      'FD_PROXY_LISTEN_HOST',
      `a proxy may not listen on ${host}, only on ${where}: HOST or PROXY_CONFIG add to that`,
    )
  }

  async #start({ name, listen, upstream, enabled }: ProxyPlan): Promise<FaultProxy> {
    const proxy = new FaultProxy({ name, listen, upstream, random: this.#random })
    if (enabled) await proxy.start()
    this.#proxies.set(name, proxy)
    this.#onAdded(proxy)
    return proxy
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(act)
    this.#tail = result.catch(() => undefined)
    return result
  }
}

function isAsPlanned(proxy: FaultProxy, plan: ProxyPlan): boolean {
  return sameAddress(proxy.listen, plan.listen) && sameAddress(proxy.upstream, plan.upstream)
}
