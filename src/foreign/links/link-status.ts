import { parseAddress } from '../../proxy/address.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import type { ForeignLink, ServiceLink } from '../file/foreign-system.ts'

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
/** The same of a Service of Kubernetes, which the proxy comes before only while a fault harms it. */
export function serviceLinkStatus({ name, namespace, service }: ServiceLink, sinceMs: number): ServiceStatus {
  // Its ports are those of the Service.
  const address = { host: `${service}.${namespace}`, port: 0 }
  return {
    name,
    kind: 'network',
    summary: `service/${service} in ${namespace}, which the fault proxy comes before`,
    replicas: [{ id: `${name}-1`, state: 'healthy', sinceMs, address, restarts: 0 }],
    maxReplicas: 1,
  }
}
