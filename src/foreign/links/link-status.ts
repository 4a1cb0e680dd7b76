import { parseAddress } from '../../proxy/address.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import type { ForeignLink } from '../file/foreign-system.ts'

/** A link as faults and runs see it: a part with one replica, which is no process and listens where the proxy does. */
export function linkStatus({ name, listen, upstream }: ForeignLink, sinceMs: number): ServiceStatus {
  return {
    name,
    kind: 'network',
    summary: `the link to ${upstream}, through the fault proxy`,
    replicas: [{ id: `${name}-1`, state: 'healthy', sinceMs, address: parseAddress(listen), restarts: 0 }],
    maxReplicas: 1,
  }
}
