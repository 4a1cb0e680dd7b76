import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { seededRandom } from '../../base/random.ts'
import { parseAddress } from '../address.ts'
import { FaultProxy } from '../fault-proxy.ts'
import { isToxicType } from '../toxics/toxics.ts'
import type { PodProxyCounts, PodProxyPlan } from './pod-proxy-plan.ts'

/**
 * The fault proxy before one Service of Kubernetes, for the time of one fault: it listens on each port of the pods, leads to them, and does
 * one thing to what passes. The toxic begins with the first connection, so that the time until the Service sends to it does not count.
 */
export class PodProxy {
  readonly #plan: PodProxyPlan
  readonly #proxies: FaultProxy[]
  #isReady = false
  #why: string | undefined
  #hasBegun = false
  #isDraining = false

  /** @throws AddressError for an upstream that is not an address, and where no toxic has that type */
  constructor(plan: PodProxyPlan) {
    this.#plan = plan
    if (plan.toxic !== undefined && !isToxicType(plan.toxic.type)) throw new Error(`no toxic is a ${plan.toxic.type}`)
    const random = seededRandom(plan.seed)
    const everywhere = anyAddress()
    this.#proxies = plan.ports.map(
      ({ listen, upstream }) =>
        new FaultProxy({
          name: String(listen),
          listen: `${everywhere}:${listen}`,
          upstream,
          random,
          onAccept: () => this.#begin(),
        }),
    )
  }

  /** Resolves when each upstream has been reached and each port is open; where connections are to be refused, at once. */
  async start(): Promise<void> {
    const { toxic, ports } = this.#plan
    if (toxic !== undefined) {
      for (const { upstream } of ports) await this.#untilReached(upstream)
      for (const proxy of this.#proxies) await proxy.start()
    }
    this.#why = undefined
    this.#isReady = true
  }

  /** Where it listens. */
  get ports(): number[] {
    return this.#proxies.map(({ listen }) => listen.port)
  }

  get counts(): PodProxyCounts {
    const toxics = this.#proxies.flatMap((proxy) => proxy.toxics())
    const why = this.#why
    return {
      isReady: this.#isReady,
      ...(why === undefined ? {} : { why }),
      accepted: sumOf(this.#proxies, ({ accepted }) => accepted),
      connections: sumOf(toxics, ({ connections }) => connections),
      bytes: sumOf(toxics, ({ bytes }) => bytes),
    }
  }

  /** Ends the harm at once, and resolves when the connections that pass have ended by themselves. */
  async drain(): Promise<void> {
    this.#isDraining = true
    for (const proxy of this.#proxies) proxy.removeToxics()
    while (this.#proxies.some(({ connections }) => connections > 0)) await pause(DRAIN_LOOK_MS)
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    this.#isDraining = true
    await Promise.all(this.#proxies.map((proxy) => proxy.close()))
  }

  #begin(): void {
    const { toxic } = this.#plan
    if (this.#hasBegun || this.#isDraining || toxic === undefined || !isToxicType(toxic.type)) return
    this.#hasBegun = true
    for (const proxy of this.#proxies) proxy.addToxic({ name: 'fault', ...toxic, type: toxic.type })
  }

  async #untilReached(upstream: string): Promise<void> {
    while (!this.#isDraining) {
      const problem = await whyNotReached(upstream)
      if (problem === undefined) return
      this.#why = `it does not reach ${upstream}: ${problem}`
      await pause(REACH_AGAIN_MS)
    }
  }
}

const REACHED_WITHIN_MS = 2_000
const REACH_AGAIN_MS = 300
const DRAIN_LOOK_MS = 100

/** All addresses of the pod: of both families, where it has IPv6. */
function anyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return addresses.some(({ family }) => family === 'IPv6') ? '[::]' : '0.0.0.0'
}

function whyNotReached(upstream: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...parseAddress(upstream), timeout: REACHED_WITHIN_MS })
    const end = (problem: string | undefined) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end('no answer'))
    socket.once('error', ({ message }) => end(message))
  })
}

function sumOf<T>(all: readonly T[], read: (one: T) => number): number {
  return all.reduce((sum, one) => sum + read(one), 0)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
