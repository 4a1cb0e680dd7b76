import type { TestCluster } from './test-cluster.ts'

/** Resources as prometheus-operator has them: their definitions are of the least that an API server takes, and no operator runs. */

const GROUP = 'monitoring.coreos.com'

const KINDS = [
  { kind: 'Prometheus', plural: 'prometheuses', version: 'v1' },
  { kind: 'Alertmanager', plural: 'alertmanagers', version: 'v1' },
  { kind: 'PrometheusRule', plural: 'prometheusrules', version: 'v1' },
  { kind: 'ServiceMonitor', plural: 'servicemonitors', version: 'v1' },
  { kind: 'PodMonitor', plural: 'podmonitors', version: 'v1' },
  { kind: 'AlertmanagerConfig', plural: 'alertmanagerconfigs', version: 'v1alpha1' },
]

/** Defines them in a cluster, unless it has them. */
export async function defineResources(cluster: TestCluster): Promise<void> {
  const items = KINDS.map(({ kind, plural, version }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }))
  await cluster.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items })
  const names = KINDS.map(({ plural }) => `crd/${plural}.${GROUP}`)
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names])
}

/** One of them. */
export function resource(kind: string, name: string, spec: object, labels: Record<string, string> = {}): object {
  const version = KINDS.find((one) => one.kind === kind)?.version ?? 'v1'
  return { apiVersion: `${GROUP}/${version}`, kind, metadata: { name, labels }, spec }
}
