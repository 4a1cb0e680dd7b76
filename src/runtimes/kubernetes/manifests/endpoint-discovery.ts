import { hostPort, type Part } from '../../../stack/part.ts'
import { type Discovery, PROBER } from '../../../stack/render/discovery.ts'
import {
  labelText,
  MAIN_PORT,
  PROBE_BY_TCP,
  PROBE_IN_PROMETHEUS,
  PROMETHEUS_LABELS,
  selectorOf,
  stackLabels,
} from './manifest.ts'

/**
 * Prometheus asks the API server for the pods behind the services of its own namespace. They are listed as endpoints, not as
 * pods: a pod that crashes stays an endpoint that is not ready, and so is seen down, while a pod that is being deleted leaves
 * the list at once, and is not taken for one that is down.
 */
export const endpointDiscovery: Discovery = {
  replicas: ({ name }) => ({
    kubernetes_sd_configs: endpoints(selectorOf(name)),
    relabel_configs: [onMainPort(), ...describedByPod('service')],
  }),
  probes: (module, context) => ({
    kubernetes_sd_configs: endpoints(stackLabels),
    relabel_configs: [
      onMainPort(),
      {
        source_labels: [`__meta_kubernetes_pod_annotation_${PROBE_IN_PROMETHEUS}`],
        regex: module === 'tcp_connect' ? PROBE_BY_TCP : '/.*',
        action: 'keep',
      },
      ...askedAs(module),
      { target_label: '__address__', replacement: hostPort(context.address(PROBER)) },
      ...describedByPod('probed'),
    ],
  }),
  control: () => ({
    kubernetes_sd_configs: endpoints(selectorOf('control')),
    relabel_configs: [
      onMainPort(),
      ...['service', 'kind', 'instance'].map((label) => ({ target_label: label, replacement: 'control' })),
    ],
  }),
}

/** Where the prober asks a part from outside: a path, or "tcp"; `undefined` for a part that it does not ask. As in `renderTargets`. */
export function probeOf({ kind, health }: Pick<Part, 'kind' | 'health'>): string | undefined {
  if (kind === 'storage') return PROBE_BY_TCP
  return kind !== 'monitoring' && health.kind === 'http' ? health.path : undefined
}

function endpoints(labels: Readonly<Record<string, string>>) {
  const label = labelText(labels)
  return [
    {
      role: 'endpoints',
      namespaces: { own_namespace: true },
      selectors: ['endpoints', 'service', 'pod'].map((role) => ({ role, label })),
    },
  ]
}

const onMainPort = () => ({
  source_labels: ['__meta_kubernetes_endpoint_port_name'],
  regex: MAIN_PORT,
  action: 'keep',
})

/** Labels from those of the pod. What a probe is about is not `service`, so that `up{service="store"}` means the store's own endpoint. */
function describedByPod(nameLabel: 'service' | 'probed') {
  const { name, kind } = PROMETHEUS_LABELS
  return [
    { source_labels: [`__meta_kubernetes_pod_label_${name}`], target_label: nameLabel },
    ...(nameLabel === 'service'
      ? [{ source_labels: [`__meta_kubernetes_pod_label_${kind}`], target_label: 'kind' }]
      : []),
    { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
  ]
}

function askedAs(module: 'http_2xx' | 'tcp_connect') {
  if (module === 'tcp_connect') return [{ source_labels: ['__address__'], target_label: '__param_target' }]
  return [
    {
      source_labels: ['__address__', `__meta_kubernetes_pod_annotation_${PROBE_IN_PROMETHEUS}`],
      separator: '',
      regex: '(.*)',
      replacement: 'http://$1',
      target_label: '__param_target',
    },
  ]
}
