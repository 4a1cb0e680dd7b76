import type { Metrics } from '../telemetry/metrics.ts'
import type { FaultProxy, ProxyCounters, Where } from './fault-proxy.ts'
import { Remembered } from './remembered.ts'
import { areZero, type Flows, noFlows } from './stream/flows.ts'
import type { Flow } from './stream/link.ts'
import { directions } from './stream/stream.ts'

/** The proxies' counters in /metrics. */

/** How many counters of listeners and names that are gone stay in /metrics. */
const MOST_GONE = 100

/**
 * Shows the proxies in /metrics. Bytes are counted by where a connection came in and went to, as Toxiproxy does: a proxy that
 * moves or is removed leaves its counters unchanged, and continues them when it comes back.
 */
export class Meters implements ProxyCounters {
  readonly #flows = new Remembered<Flows>({ create: noFlows, most: MOST_GONE, isWorth: (flows) => !areZero(flows) })
  readonly #accepted = new Remembered<{ connections: number }>({
    create: () => ({ connections: 0 }),
    most: MOST_GONE,
    isWorth: ({ connections }) => connections > 0,
  })

  constructor(metrics: Metrics, proxies: () => readonly FaultProxy[]) {
    metrics.readEach('toxiproxy_proxy_received_bytes_total', () => this.#bytes(({ receivedBytes }) => receivedBytes))
    metrics.readEach('toxiproxy_proxy_sent_bytes_total', () => this.#bytes(({ sentBytes }) => sentBytes))
    metrics.readEach('proxy_connections_accepted_total', () =>
      [...this.#accepted].map(([proxy, { connections }]) => [{ proxy }, connections]),
    )
    const each = (read: (proxy: FaultProxy) => number) => () =>
      proxies().map((proxy) => [{ proxy: proxy.name }, read(proxy)] as const)
    metrics.readEach(
      'proxy_connections',
      each(({ connections }) => connections),
    )
    metrics.readEach(
      'proxy_toxics',
      each((proxy) => proxy.toxics().length),
    )
    metrics.readEach(
      'proxy_enabled',
      each(({ isEnabled }) => (isEnabled ? 1 : 0)),
    )
  }

  takeFlows(where: Where): Flows {
    return this.#flows.take(keyOf(where))
  }

  releaseFlows(where: Where): void {
    this.#flows.release(keyOf(where))
  }

  takeAccepted(proxy: string): { connections: number } {
    return this.#accepted.take(proxy)
  }

  releaseAccepted(proxy: string): void {
    this.#accepted.release(proxy)
  }

  *#bytes(read: (flow: Flow) => number) {
    for (const [key, flows] of this.#flows) {
      const [listener, proxy, upstream] = JSON.parse(key) as [string, string, string]
      const labels = { listener, proxy, upstream }
      for (const direction of directions) yield [{ direction, ...labels }, read(flows[direction])] as const
    }
  }
}

function keyOf({ listener, proxy, upstream }: Where): string {
  return JSON.stringify([listener, proxy, upstream])
}
