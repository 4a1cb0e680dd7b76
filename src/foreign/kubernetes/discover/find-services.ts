import { defined } from '../../../base/defined.ts'
import { isSelected } from '../../../kubernetes/lists.ts'
import type { Pod, Service } from '../../../kubernetes/objects.ts'
import { hasLabels, type Labels } from '../../../probes/prometheus.ts'
import { monitoredPods, monitoredService } from '../operator/monitored.ts'
import { placeOf } from '../operator/operator-objects.ts'
import type { ClusterView, FoundWorkload } from './cluster-view.ts'

/**
 * The workloads of a namespace as services of a system, with the labels that Prometheus gives their targets. `up`: the series of that
 * name, where Prometheus could be asked: what it has counts before what a monitor says. Pure.
 */
export function findServices(view: ClusterView, up: readonly Labels[] | undefined): FoundService[] {
  const names = new Map<string, number>()
  for (const { object } of view.workloads) names.set(object.metadata.name, (names.get(object.metadata.name) ?? 0) + 1)
  const used = new Set<string>()
  return view.workloads.map((workload) => {
    const { kind, object, autoscaler } = workload
    const { name } = object.metadata
    return {
      name: serviceName((names.get(name) ?? 0) > 1 ? `${name}-${kind}` : name, used),
      workload: `${kind}/${name}`,
      replicas: kind === 'daemonset' ? workload.pods.length : (object.spec.replicas ?? 1),
      ...defined({ autoscaler }),
      ...doorOf(workload, view),
      ...labelsFor(workload, view, up),
    }
  })
}

export interface FoundService {
  /** As drills name it. */
  name: string
  /** "deployment/checkout" */
  workload: string
  replicas: number
  /** Name of the HorizontalPodAutoscaler that scales it. */
  autoscaler?: string
  /** The Service before it, and its port: left out where that is the only one, and has no name. */
  service?: string
  port?: string | number
  /** How Prometheus names its targets; missing where nothing scrapes it. */
  labels?: Labels
  /** Where the labels come from, or why there are none. */
  from: string
}

/** A name for drills: small letters, digits and hyphens, and no other service has it. */
function serviceName(name: string, used: Set<string>): string {
  const plain = name
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 55)
  const base = plain === '' ? 'service' : plain
  let unique = base
  for (let count = 2; used.has(unique); count += 1) unique = `${base}-${count}`
  used.add(unique)
  return unique
}

function labelsFor(
  workload: FoundWorkload,
  view: ClusterView,
  up: readonly Labels[] | undefined,
): Pick<FoundService, 'labels' | 'from'> {
  const seen = up === undefined ? undefined : labelsOfSeries(workload.pods, up)
  if (seen !== undefined) return { labels: seen, from: 'its targets in Prometheus' }
  const { operator, services } = view
  const [service, monitored] =
    services
      .filter((one) => selectsPods(one, workload))
      .map((one) => [one, monitoredService(one, operator?.serviceMonitors ?? [])] as const)
      .find(([, found]) => found !== undefined) ?? []
  const pod = workload.object.spec.template.metadata?.labels ?? {}
  const found =
    monitored ?? monitoredPods({ metadata: { ...workload.object.metadata, labels: pod } }, operator?.podMonitors ?? [])
  if (found === undefined) return { from: 'nothing scrapes it: no target of Prometheus and no monitor is of its pods' }
  const by = service === undefined ? '' : ` by Service ${placeOf(service)}`
  const kind = monitored === undefined ? 'PodMonitor' : 'ServiceMonitor'
  const seldom = found.isCertain ? '' : ', which relabels: compare it with its targets'
  return { labels: found.labels, from: `${kind} ${placeOf(found.monitor)}${by}${seldom}` }
}

/** The Service of the pods; one of the same name before another. */
function doorOf(workload: FoundWorkload, { services }: ClusterView): Pick<FoundService, 'service' | 'port'> {
  const { name } = workload.object.metadata
  const found = services.filter((one) => selectsPods(one, workload) && (one.spec.ports ?? []).length > 0)
  const service = found.find(({ metadata }) => metadata.name === name) ?? found[0]
  if (service === undefined) return {}
  const ports = service.spec.ports ?? []
  const [first] = ports
  // Which of several ports people ask is not known: mostly the one of HTTP.
  const port = ports.find((one) => one.name === 'http' || one.name === 'web' || one.port === 80) ?? first
  const { name: portName, port: number } = port ?? {}
  // The API server takes the port without a name where none is named.
  const isTaken = ports.length < 2 && portName === undefined
  return { service: service.metadata.name, ...(isTaken ? {} : defined({ port: portName ?? number })) }
}

function selectsPods({ spec }: Service, { object }: FoundWorkload): boolean {
  const { selector = {} } = spec
  if (Object.keys(selector).length === 0) return false
  return isSelected(object.spec.template.metadata?.labels ?? {}, { matchLabels: selector })
}

/** Labels that can name the targets of a workload, in the order in which they are added until no other target fits. */
const NAMING = ['job', 'namespace', 'service', 'container', 'app', 'endpoint'] as const

/** The labels that all targets of these pods have, as few as distinguish them from all others; `undefined` where there are no targets. */
export function labelsOfSeries(pods: readonly Pod[], up: readonly Labels[]): Labels | undefined {
  const own = up.filter((labels) => pods.some((pod) => isOf(labels, pod)))
  const [first] = own
  if (first === undefined) return undefined
  const others = up.filter((labels) => !own.includes(labels))
  const found: Labels = {}
  for (const name of NAMING) {
    const value = first[name]
    if (value === undefined) continue
    // Of several targets of one pod those with the first job count.
    const same = own.filter((labels) => hasLabels(labels, found))
    if (!same.every((labels) => labels[name] === value) && name !== 'job') continue
    found[name] = value
    const isEnough = !others.some((labels) => hasLabels(labels, found))
    if (isEnough && (found.namespace !== undefined || first.namespace === undefined)) return found
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function isOf(labels: Labels, { metadata, status }: Pod): boolean {
  const names = [labels.pod, labels.pod_name, labels.kubernetes_pod_name]
  if (names.includes(metadata.name)) return labels.namespace === undefined || labels.namespace === metadata.namespace
  const { podIP = '' } = status
  return podIP !== '' && labels.instance?.replace(/:\d+$/, '') === podIP
}
