import type { Cluster } from '../../../kubernetes/cluster.ts'
import { foreignErrors } from '../../errors.ts'
import { chooseMonitoring } from './choose-monitoring.ts'
import type { ClusterView } from './cluster-view.ts'
import { type FoundService, findServices } from './find-services.ts'
import { type ProvenCandidate, proposeSystem } from './propose-system.ts'
import { readCluster } from './read-cluster.ts'

/**
 * Finds what a description of a system in a cluster consists of: Prometheus and Alertmanager, which are asked whether they are that, and
 * the workloads of a namespace with the labels of their targets. Only reads.
 * @throws FD_FOREIGN_NOTHING_FOUND where the namespace has no workload, and what a request throws
 */
export async function discoverSystem(cluster: Pick<Cluster, 'request'>, request: DiscoverRequest): Promise<Discovery> {
  const { namespace, context, name, signal } = request
  const view = withoutMonitoring(await readCluster(cluster, request))
  if (view.workloads.length === 0) {
    throw foreignErrors.error('FD_FOREIGN_NOTHING_FOUND', {
      message: `there is no Deployment, StatefulSet or DaemonSet in the namespace ${namespace}`,
      expected: 'the namespace of the services: --namespace NAME',
      next: 'kubectl get deployments --all-namespaces',
    })
  }
  const { up, prometheus, alertmanager } = await chooseMonitoring(cluster, view, signal)
  const services = findServices(view, up)
  const text = proposeSystem({ name, context, namespace, prometheus, alertmanager, services })
  return {
    text,
    services,
    unread: view.unread,
    ...(prometheus && { prometheus }),
    ...(alertmanager && { alertmanager }),
  }
}

export interface DiscoverRequest {
  /** What reports call the system. */
  name: string
  context: string | undefined
  namespace: string
  /** Namespaces of the monitoring, where those of all cannot be read. */
  monitoring: readonly string[]
  signal?: AbortSignal | undefined
}

export interface Discovery {
  /** The file. */
  text: string
  services: readonly FoundService[]
  prometheus?: ProvenCandidate
  alertmanager?: ProvenCandidate
  unread: readonly string[]
}

/** Prometheus and Alertmanager themselves are no services under drill. */
function withoutMonitoring(view: ClusterView): ClusterView {
  const operated = /^(?:prometheus|alertmanager)$/
  const workloads = view.workloads.filter(({ object }) => {
    const labels = object.spec.template.metadata?.labels ?? {}
    return !operated.test(labels['app.kubernetes.io/name'] ?? labels.app ?? '')
  })
  return { ...view, workloads }
}
