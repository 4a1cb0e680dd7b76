import type { ObjectMeta, Service } from '../../../kubernetes/objects.ts'
import type {
  AlertmanagerConfig,
  AlertmanagerResource,
  Monitor,
  OperatorView,
  PrometheusResource,
  PrometheusRule,
} from './operator-objects.ts'

/** Small objects of prometheus-operator, for tests. */

export function metaOf(place: string, labels: Record<string, string> = {}): ObjectMeta {
  const [namespace = '', name = ''] = place.split('/')
  return { namespace, name, labels, uid: place, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }
}

/** A Prometheus that selects all; `spec` changes that. */
export function prometheus(spec: PrometheusResource['spec'] = {}, place = 'monitoring/k8s'): PrometheusResource {
  const all = {
    ruleSelector: {},
    ruleNamespaceSelector: {},
    serviceMonitorSelector: {},
    serviceMonitorNamespaceSelector: {},
  }
  return {
    kind: 'Prometheus',
    metadata: metaOf(place),
    spec: { ...all, podMonitorSelector: {}, podMonitorNamespaceSelector: {}, ...spec },
  }
}

/** An Alertmanager that selects all. */
export function alertmanager(spec: AlertmanagerResource['spec'] = {}): AlertmanagerResource {
  const all = { alertmanagerConfigSelector: {}, alertmanagerConfigNamespaceSelector: {} }
  return { metadata: metaOf('monitoring/main'), spec: { ...all, ...spec } }
}

/** With alerts by name. */
export function rule(
  place: string,
  alerts: Record<string, string | { expr: string; labels: Record<string, string> }>,
  labels: Record<string, string> = {},
): PrometheusRule {
  const rules = Object.entries(alerts).map(([alert, given]) => ({
    alert,
    ...(typeof given === 'string' ? { expr: given } : given),
  }))
  return { metadata: metaOf(place, labels), spec: { groups: [{ name: 'all', rules }] } }
}

export function monitor(place: string, spec: Monitor['spec'], labels: Record<string, string> = {}): Monitor {
  return { metadata: metaOf(place, labels), spec }
}

export function service(place: string, labels: Record<string, string>, spec: Service['spec'] = {}): Service {
  return { metadata: metaOf(place, labels), spec }
}

type RouteMatcher = NonNullable<NonNullable<AlertmanagerConfig['spec']['route']>['matchers']>[number]

export function alertmanagerConfig(place: string, ...matchers: RouteMatcher[]): AlertmanagerConfig {
  return { metadata: metaOf(place), spec: { route: { receiver: 'pager', matchers } } }
}

export function viewOf(parts: Partial<OperatorView>): OperatorView {
  return {
    scrapers: [prometheus()],
    evaluators: [prometheus()],
    alertmanagers: [alertmanager()],
    rules: [],
    serviceMonitors: [],
    podMonitors: [],
    alertmanagerConfigs: [],
    services: [],
    namespaces: new Map([
      ['shop', { 'kubernetes.io/metadata.name': 'shop' }],
      ['monitoring', {}],
    ]),
    unread: [],
    ...parts,
  }
}
