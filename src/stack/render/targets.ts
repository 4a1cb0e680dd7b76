import { type Address, hostPort, type Part } from '../part.ts'
import { targetsFile } from './discovery.ts'

export interface Replica {
  /** For example "store-1": the label `instance`. */
  id: string
  address: Address
}

interface TargetGroup {
  targets: [string]
  labels: Record<string, string>
}

/**
 * Prometheus' target files (file_sd), by path. Every replica that should run is listed, also while it is down: a target that is
 * missing from the list cannot be seen as down.
 */
export function renderTargets(parts: readonly Part[], replicasOf: (part: string) => Replica[]): Map<string, string> {
  const files = new Map<string, string>()
  const http: TargetGroup[] = []
  const tcp: TargetGroup[] = []
  for (const part of parts) {
    const replicas = replicasOf(part.name)
    if (part.metrics !== undefined) {
      const groups = replicas.map(({ id, address }) => ({
        targets: [hostPort(address)],
        labels: { service: part.name, kind: part.kind, instance: id },
      }))
      files.set(targetsFile(part.name), toJson(groups))
    }
    // Probes carry `probed`, not `service`, so that `up{service="store"}` means the store's own endpoint and nothing else.
    for (const { id, address } of replicas) {
      const labels = { probed: part.name, instance: id }
      if (part.kind === 'storage') tcp.push({ targets: [hostPort(address)], labels })
      else if (part.kind !== 'monitoring' && part.health.kind === 'http') {
        http.push({ targets: [`http://${hostPort(address)}${part.health.path}`], labels })
      }
    }
  }
  files.set(targetsFile('probe-http_2xx'), toJson(http))
  files.set(targetsFile('probe-tcp_connect'), toJson(tcp))
  return files
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
