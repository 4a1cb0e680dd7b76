import { isSelected } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, Service } from '../../../kubernetes/objects.ts'
import { type AlertmanagerResource, type PrometheusResource, placeOf } from '../operator/operator-objects.ts'
import { whyNotSelected } from '../operator/selection.ts'
import type { ClusterView } from './cluster-view.ts'

/** Where Prometheus and Alertmanager may be in a cluster, the likeliest first. Each is asked before it is believed. Pure. */

export function findPrometheuses(view: ClusterView): Candidate[] {
  const { monitoringServices: services, namespace } = view
  return distinct([
    ...prometheusesOf(view).flatMap((one) => servicesOf(one, services, PROMETHEUS)),
    ...plain(services, PROMETHEUS, [namespace]),
  ])
}

/** `sent`: what the Prometheus that was found says of where it sends its alerts. */
export function findAlertmanagers(view: ClusterView, sent: SentAlerts | undefined): Candidate[] {
  const { operator, monitoringServices: services, namespace } = view
  const [first] = prometheusesOf(view)
  return distinct([
    ...(sent === undefined ? [] : byUrl(sent, services)),
    ...(first === undefined ? [] : namedBy(first, services)),
    ...(operator?.alertmanagers ?? []).flatMap((one) => servicesOf(one, services, ALERTMANAGER)),
    ...plain(services, ALERTMANAGER, [sent?.namespace ?? namespace, namespace]),
  ])
}

export interface SentAlerts {
  /** Of the Prometheus. */
  namespace: string
  /** Of the Alertmanagers, as that Prometheus knows them. */
  urls: readonly string[]
}

/** Those that rules or monitors of the namespace are selected by before the others. */
function prometheusesOf(view: ClusterView): PrometheusResource[] {
  const prometheuses = (view.operator?.evaluators ?? []).filter(({ kind }) => kind !== 'ThanosRuler')
  return prometheuses.toSorted((a, b) => usesOf(b, view) - usesOf(a, view))
}

/** A Service behind which one of them may be. */
export interface Candidate {
  namespace: string
  service: string
  port: string | number
  scheme: 'http' | 'https'
  /** Below which path it answers: "/prometheus". Default: "/". */
  prefix?: string
  /** Why it may be one, for people: "Prometheus monitoring/k8s". */
  from: string
}

interface Part {
  name: 'prometheus' | 'alertmanager'
  port: number
  kind: 'Prometheus' | 'Alertmanager'
  /** The Service that the operator makes for all of a kind in a namespace. */
  operated: string
}

const PROMETHEUS: Part = { name: 'prometheus', port: 9090, kind: 'Prometheus', operated: 'prometheus-operated' }
const ALERTMANAGER: Part = { name: 'alertmanager', port: 9093, kind: 'Alertmanager', operated: 'alertmanager-operated' }

/** How many rules and monitors of the system's namespace it selects. */
function usesOf(prometheus: PrometheusResource, { operator, namespace }: ClusterView): number {
  if (operator === undefined) return 0
  const { spec } = prometheus
  const isUsed = (object: KubernetesObject, objects: typeof spec.ruleSelector, namespaces: typeof spec.ruleSelector) =>
    object.metadata.namespace === namespace &&
    whyNotSelected(object, { own: prometheus, objects, namespaces, labelsOfNamespaces: operator.namespaces }) ===
      undefined
  return [
    ...operator.rules.filter((one) => isUsed(one, spec.ruleSelector, spec.ruleNamespaceSelector)),
    ...operator.serviceMonitors.filter((one) =>
      isUsed(one, spec.serviceMonitorSelector, spec.serviceMonitorNamespaceSelector),
    ),
  ].length
}

/** Services of the pods that the operator makes of a resource; one that is for it alone before the one for all of its kind. */
function servicesOf(
  { metadata, spec }: PrometheusResource | AlertmanagerResource,
  services: readonly Service[],
  { name, port, kind, operated }: Part,
): Candidate[] {
  const { namespace = '' } = metadata
  const labels = {
    [name]: metadata.name,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': metadata.name,
    'app.kubernetes.io/managed-by': 'prometheus-operator',
    'operator.prometheus.io/name': metadata.name,
  }
  const selecting = services.filter(
    (one) =>
      one.metadata.namespace === namespace &&
      hasSelector(one) &&
      isSelected(labels, { matchLabels: one.spec.selector ?? {} }),
  )
  const own = selecting.filter((one) => one.metadata.name !== operated)
  const all = [...own, ...selecting.filter((one) => one.metadata.name === operated)]
  const wanted = spec.portName ?? 'web'
  const scheme = spec.web?.tlsConfig === undefined ? 'http' : 'https'
  const { routePrefix = '/' } = spec
  return all.map((one) => ({
    namespace,
    service: one.metadata.name,
    port: portOf(one, [wanted, port]),
    scheme,
    ...(routePrefix === '/' ? {} : { prefix: routePrefix }),
    from: `${kind} ${namespace}/${metadata.name}`,
  }))
}

/** The Alertmanagers that a Prometheus sends to, as its resource names them. */
function namedBy(prometheus: PrometheusResource, services: readonly Service[]): Candidate[] {
  const { alertmanagers = [] } = prometheus.spec.alerting ?? {}
  return alertmanagers.flatMap(
    ({ namespace = prometheus.metadata.namespace ?? '', name, port, pathPrefix, scheme }) => {
      const service = services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
      if (service === undefined) return []
      return [
        {
          namespace,
          service: name,
          port: port ?? portOf(service, ['web', ALERTMANAGER.port]),
          scheme: scheme === 'https' ? ('https' as const) : ('http' as const),
          ...(pathPrefix === undefined || pathPrefix === '/' ? {} : { prefix: pathPrefix }),
          from: `where Prometheus ${placeOf(prometheus)} sends its alerts`,
        },
      ]
    },
  )
}

/** "http://alertmanager.monitoring.svc:9093/api/v2/alerts" names a Service; the address of a pod does not. */
function byUrl({ namespace: own, urls }: SentAlerts, services: readonly Service[]): Candidate[] {
  return urls.flatMap((text) => {
    if (!URL.canParse(text)) return []
    const { hostname, port, pathname, protocol } = new URL(text)
    const [name, namespace = own] = hostname.split('.')
    const service = services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
    if (service === undefined) return []
    const prefix = pathname.replace(/\/api\/v\d\/alerts$/, '')
    return [
      {
        namespace,
        service: service.metadata.name,
        port: portOf(service, [Number(port), 'web', ALERTMANAGER.port]),
        scheme: protocol === 'https:' ? ('https' as const) : ('http' as const),
        ...(prefix === '' || prefix === '/' ? {} : { prefix }),
        from: 'where that Prometheus sends its alerts',
      },
    ]
  })
}

/** Programs around them, which have their names too. */
const AROUND =
  /operator|exporter|pushgateway|adapter|kube-state|node|blackbox|thanos-(?:compact|store|receive)|grafana|discovery|coredns|kubelet|scheduler|controller|etcd|proxy/

/** Services that are named so; those of these namespaces first. */
function plain(services: readonly Service[], { name, port }: Part, near: readonly string[]): Candidate[] {
  const distanceOf = ({ metadata, spec }: Service) => {
    const at = near.indexOf(metadata.namespace ?? '')
    const isOther = !(spec.ports ?? []).some((one) => one.port === port)
    return (at < 0 ? near.length : at) * 2 + Number(isOther)
  }
  return services
    .filter(({ metadata }) => {
      const app = metadata.labels?.['app.kubernetes.io/name'] ?? metadata.labels?.app ?? ''
      const isNamed = app === name || metadata.name.split('-').includes(name)
      return isNamed && !AROUND.test(metadata.name)
    })
    .filter((one) => hasSelector(one) && (one.spec.ports ?? []).length > 0)
    .sort((a, b) => distanceOf(a) - distanceOf(b))
    .map((one) => ({
      namespace: one.metadata.namespace ?? '',
      service: one.metadata.name,
      port: portOf(one, ['web', 'http-web', 'http', port]),
      scheme: 'http' as const,
      from: `Service ${placeOf(one)}`,
    }))
}

const hasSelector = ({ spec }: Service): boolean => Object.keys(spec.selector ?? {}).length > 0

/** The first of these ports that a Service has, by name where it has one; else its first. */
function portOf({ spec }: Service, wanted: readonly (string | number)[]): string | number {
  const ports = spec.ports ?? []
  const found =
    wanted.flatMap((one) => ports.find(({ name, port }) => name === one || port === one) ?? [])[0] ?? ports[0]
  return found?.name ?? found?.port ?? wanted[0] ?? ''
}

/** Each Service once, by the best reason. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const places = candidates.map(({ namespace, service, port }) => `${namespace}/${service}:${port}`)
  return candidates.filter((_, index) => places.indexOf(places[index] ?? '') === index)
}
