import type { Metrics } from '../telemetry/metrics.ts'
import { formatAddress } from './address.ts'
import type { FaultProxy } from './fault-proxy.ts'
import type { Proxies } from './proxies.ts'
import { directions } from './stream.ts'

/** Shows a proxy in /metrics. It is looked up by name at each scrape: one that was replaced goes on in the same series. */
export function meterProxy(metrics: Metrics, proxies: () => Proxies, { name, listen, upstream }: FaultProxy): void {
  const now = () => proxies().find(name)
  for (const direction of directions) {
    const labels = { direction, proxy: name, listener: formatAddress(listen), upstream: formatAddress(upstream) }
    const flow = () => now()?.flows[direction]
    metrics.read('toxiproxy_proxy_received_bytes_total', labels, () => flow()?.receivedBytes ?? 0)
    metrics.read('toxiproxy_proxy_sent_bytes_total', labels, () => flow()?.sentBytes ?? 0)
  }
  metrics.read('proxy_connections', { proxy: name }, () => now()?.connections ?? 0)
  metrics.read('proxy_connections_accepted_total', { proxy: name }, () => now()?.accepted ?? 0)
  metrics.read('proxy_toxics', { proxy: name }, () => now()?.toxics().length ?? 0)
  metrics.read('proxy_enabled', { proxy: name }, () => (now()?.isEnabled ? 1 : 0))
}
