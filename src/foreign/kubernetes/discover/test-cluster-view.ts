import type { Pod, Service } from '../../../kubernetes/objects.ts'
import type { WorkloadKind } from '../../../kubernetes/workload-place.ts'
import { metaOf, service } from '../operator/test-operator.ts'
import type { ClusterView, FoundWorkload } from './cluster-view.ts'

/** Small objects of a cluster, for tests. */

/** A workload of the namespace shop, whose pods are `NAME-1 …` with the label `app`. */
export function workload(
  name: string,
  { replicas = 2, kind = 'deployment' as WorkloadKind, labels = { app: name } } = {},
): FoundWorkload {
  const pods = Array.from({ length: replicas }, (_, index) =>
    pod(`${name}-${index + 1}`, `10.0.0.${name.length * 10 + index}`),
  )
  return {
    kind,
    pods,
    object: {
      metadata: metaOf(`shop/${name}`),
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name, image: 'shop:1' }] } },
      },
      status: {},
    },
  }
}

function pod(name: string, podIP: string): Pod {
  return { metadata: metaOf(`shop/${name}`), spec: { containers: [] }, status: { phase: 'Running', podIP } }
}

/** A Service with a port of that name and number. */
export function serviceOf(
  place: string,
  {
    selector,
    port = 80,
    portName = 'http',
    labels = selector,
  }: { selector: Record<string, string>; port?: number; portName?: string; labels?: Record<string, string> },
): Service {
  return service(place, labels, { selector, ports: [{ name: portName, port }] })
}

export function clusterView(parts: Partial<ClusterView>): ClusterView {
  return {
    namespace: 'shop',
    workloads: [],
    services: [],
    monitoringServices: [],
    operator: undefined,
    unread: [],
    ...parts,
  }
}
