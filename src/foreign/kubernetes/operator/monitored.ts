import { isSelected } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, Pod, Service } from '../../../kubernetes/objects.ts'
import type { SystemFinding } from '../../system-finding.ts'
import { type Monitor, type MonitorEndpoint, type OperatorView, placeOf } from './operator-objects.ts'

/** Which Services and pods a monitor selects, and the labels that their targets get. Pure. */

/** The labels of the targets of a Service that a ServiceMonitor selects; `undefined` where none does. */
export function monitoredService(service: Service, monitors: readonly Monitor[]): Monitored | undefined {
  const monitor = monitors.find((one) => selects(one, service) && endpointsOf(one, service).length > 0)
  if (monitor === undefined) return undefined
  const { metadata } = service
  const job = metadata.labels?.[monitor.spec.jobLabel ?? ''] ?? metadata.name
  return { monitor, labels: { job, namespace: metadata.namespace ?? '' }, isCertain: !isRelabelled(monitor) }
}

/** The same of pods that a PodMonitor selects, by their labels. */
export function monitoredPods(pod: Pick<Pod, 'metadata'>, monitors: readonly Monitor[]): Monitored | undefined {
  const monitor = monitors.find((one) => selects(one, pod))
  if (monitor === undefined) return undefined
  const job = pod.metadata.labels?.[monitor.spec.jobLabel ?? ''] ?? placeOf(monitor)
  return { monitor, labels: { job, namespace: pod.metadata.namespace ?? '' }, isCertain: !isRelabelled(monitor) }
}

export interface Monitored {
  monitor: Monitor
  labels: { job: string; namespace: string }
  /** False where relabelling of the monitor may have changed them. */
  isCertain: boolean
}

/** ServiceMonitors that select no Service, or a port that it does not have: nothing is scraped, and nothing says so. */
export function emptyMonitorFindings(view: OperatorView, namespaces: readonly string[]): SystemFinding[] {
  return view.serviceMonitors.flatMap((monitor): SystemFinding[] => {
    const targets = monitor.spec.namespaceSelector
    const { namespace = '' } = monitor.metadata
    if (!namespaces.includes(namespace) || targets?.any === true) return []
    // Services of other namespaces were not read.
    if (targets?.matchNames?.some((one) => !namespaces.includes(one)) === true) return []
    const selected = view.services.filter((service) => selects(monitor, service))
    const name = `ServiceMonitor ${placeOf(monitor)}`
    if (selected.length === 0) {
      const detail = `${name} selects no Service: none in ${(targets?.matchNames ?? [namespace]).join(', ')} has the labels of its selector`
      return [{ name: 'operator', status: 'note', detail, help: [`spec.selector, and the labels of the Service`] }]
    }
    return selected
      .filter((service) => endpointsOf(monitor, service).length === 0)
      .map((service) => ({
        name: 'operator',
        status: 'note',
        detail: `${name} scrapes a port that Service ${placeOf(service)} does not have: ${portsOf(monitor).join(', ')}`,
        help: [`the Service has ${namesOfPorts(service).join(', ') || 'no port with a name'}: spec.endpoints[].port`],
      }))
  })
}

function selects({ metadata, spec }: Monitor, object: Pick<KubernetesObject, 'metadata'>): boolean {
  const { any = false, matchNames = [] } = spec.namespaceSelector ?? {}
  const own = matchNames.length === 0 ? [metadata.namespace ?? ''] : matchNames
  return (
    (any || own.includes(object.metadata.namespace ?? '')) && isSelected(object.metadata.labels ?? {}, spec.selector)
  )
}

/** Endpoints of a monitor that a Service has. One by the port of the pods may be there: a Service does not name all of those. */
function endpointsOf({ spec }: Monitor, service: Service): MonitorEndpoint[] {
  const names = namesOfPorts(service)
  return (spec.endpoints ?? []).filter(({ port }) => port === undefined || names.includes(port))
}

const namesOfPorts = ({ spec }: Service): string[] => (spec.ports ?? []).flatMap(({ name }) => name ?? [])
const portsOf = ({ spec }: Monitor): string[] => (spec.endpoints ?? []).flatMap(({ port }) => port ?? [])

const isRelabelled = ({ spec }: Monitor): boolean =>
  [...(spec.endpoints ?? []), ...(spec.podMetricsEndpoints ?? [])].some(({ relabelings = [] }) =>
    relabelings.some(
      ({ targetLabel, action }) => targetLabel === 'job' || targetLabel === 'namespace' || action === 'labelmap',
    ),
  )
