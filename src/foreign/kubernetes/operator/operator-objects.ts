import type { KubernetesObject, LabelSelector, Service } from '../../../kubernetes/objects.ts'

/** The slices of prometheus-operator's resources that are read here. A selector that is left out or null is not an empty one. */

type Selector = LabelSelector | null

/** What scrapes or evaluates: a Prometheus, a PrometheusAgent or a ThanosRuler. */
export interface PrometheusResource extends KubernetesObject {
  spec: {
    ruleSelector?: Selector
    ruleNamespaceSelector?: Selector
    serviceMonitorSelector?: Selector
    serviceMonitorNamespaceSelector?: Selector
    podMonitorSelector?: Selector
    podMonitorNamespaceSelector?: Selector
    externalLabels?: Readonly<Record<string, string>>
    /** Every series and alert of an object gets this label, with the namespace of the object. */
    enforcedNamespaceLabel?: string
    alerting?: {
      alertmanagers?: readonly {
        namespace?: string
        name: string
        port?: string | number
        scheme?: string
        pathPrefix?: string
      }[]
    }
    replicas?: number
    portName?: string
    routePrefix?: string
    /** TLS of its web server. */
    web?: { tlsConfig?: object }
  }
}

export interface AlertmanagerResource extends KubernetesObject {
  spec: {
    alertmanagerConfigSelector?: Selector
    alertmanagerConfigNamespaceSelector?: Selector
    alertmanagerConfigMatcherStrategy?: { type?: string }
    replicas?: number
    portName?: string
    routePrefix?: string
    web?: { tlsConfig?: object }
  }
}

export interface PrometheusRule extends KubernetesObject {
  spec: {
    groups?: readonly {
      name: string
      rules?: readonly { alert?: string; expr: string | number; labels?: Readonly<Record<string, string>> }[]
    }[]
  }
}

/** A ServiceMonitor or a PodMonitor. */
export interface Monitor extends KubernetesObject {
  spec: {
    selector: LabelSelector
    namespaceSelector?: { any?: boolean; matchNames?: readonly string[] }
    jobLabel?: string
    endpoints?: readonly MonitorEndpoint[]
    podMetricsEndpoints?: readonly MonitorEndpoint[]
  }
}

export interface MonitorEndpoint {
  /** Name of a port. */
  port?: string
  targetPort?: string | number
  relabelings?: readonly { targetLabel?: string; action?: string }[]
}

export interface AlertmanagerConfig extends KubernetesObject {
  spec: {
    route?: {
      receiver?: string
      matchers?: readonly { name: string; value?: string; matchType?: string; regex?: boolean }[]
    }
  }
}

/** All of it that could be read, of the namespaces of a system and of its monitoring. */
export interface OperatorView {
  /** Those that scrape services. */
  scrapers: readonly PrometheusResource[]
  /** Those that evaluate rules. */
  evaluators: readonly PrometheusResource[]
  alertmanagers: readonly AlertmanagerResource[]
  rules: readonly PrometheusRule[]
  serviceMonitors: readonly Monitor[]
  podMonitors: readonly Monitor[]
  alertmanagerConfigs: readonly AlertmanagerConfig[]
  services: readonly Service[]
  /** Labels of namespaces; a namespace whose labels could not be read is missing. */
  namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** What could not be read, in sentences. */
  unread: readonly string[]
}

/** "shop/checkout": the namespace and the name of an object. */
export function placeOf({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`
}
