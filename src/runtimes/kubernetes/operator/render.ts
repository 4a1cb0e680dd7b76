import type { Part, Topology } from '../../../stack/part.ts'
import type { AlertmanagerOptions } from '../../../stack/render/alertmanager.ts'
import { inDocuments } from '../manifests/documents.ts'
import { type Manifest, stackLabels } from '../manifests/manifest.ts'
import { alertmanagerConfigOf } from './alertmanager-config.ts'
import { probesOf, serviceMonitorsOf } from './monitors.ts'
import { prometheusRuleOf } from './prometheus-rule.ts'

/**
 * What prometheus-operator needs to watch the stack in its namespace with a Prometheus and an Alertmanager of its own: the same
 * targets, rules and routes. By path. Pure.
 */
export function renderOperator(topology: Topology, options: OperatorOptions): Map<string, string> {
  const { namespace, profile } = options
  const labels = { ...stackLabels, ...options.labels }
  const where = { labels, namespace }
  const files: [string, Manifest[]][] = [
    ['prometheus-rule.yaml', [prometheusRuleOf(options, { name: 'firedrill', ...where })]],
    ['service-monitors.yaml', serviceMonitorsOf(topology, profile.timing, where)],
    ['probes.yaml', probesOf(topology, profile.timing, where)],
    ['alertmanager-config.yaml', [alertmanagerConfigOf(topology, options, { name: 'firedrill', ...where })]],
    ['network.yaml', [reachOf(topology, where)]],
  ]
  return new Map(files.map(([name, objects]) => [name, inDocuments(HEAD, objects)]))
}

export interface OperatorOptions extends AlertmanagerOptions {
  /** Where the stack is. */
  namespace: string
  /** By which the operator's Prometheus and Alertmanager select such objects. */
  labels: Readonly<Record<string, string>>
}

const HEAD = `# Written by "firedrill render operator"; change the source, not this file.
`

/** The pods of the operator, in any namespace, reach what they scrape and notify. */
function reachOf({ parts }: Topology, { labels, namespace }: { labels: Record<string, string>; namespace: string }) {
  const from = (name: string) => ({
    namespaceSelector: {},
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
  })
  const ports = (names: readonly Part[]) => names.map(({ preferredPort: port }) => ({ port, protocol: 'TCP' }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'operator', labels, namespace },
    spec: {
      podSelector: { matchLabels: stackLabels },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [from('prometheus')], ports: ports(parts.filter(({ metrics }) => metrics !== undefined)) },
        { from: [from('alertmanager')], ports: ports(parts.filter(({ name }) => name === 'responder')) },
      ],
    },
  }
}
