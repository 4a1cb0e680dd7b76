import { defined } from '../../../base/defined.ts'
import { messageOf } from '../../../base/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, Pod, Service, Workload } from '../../../kubernetes/objects.ts'
import { APPS, CORE, resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadKind, workloadKinds } from '../../../kubernetes/workload-place.ts'
import { readOperator } from '../operator/read-operator.ts'
import { autoscalerAmong, listAutoscalers } from '../others/autoscalers.ts'
import { isOwnedBy } from '../workload.ts'
import type { ClusterView, FoundWorkload } from './cluster-view.ts'

/** Reads all that a description of a system is made of. Rejects only when no workload of the namespace can be read. */
export async function readCluster(cluster: Pick<Cluster, 'request'>, request: ReadRequest): Promise<ClusterView> {
  const { namespace, monitoring, signal } = request
  const unread: string[] = []
  const list = <T>(resource: string, place: { api?: string; namespace?: string }) =>
    listAll<T>(cluster, {
      path: resourcePath({ api: CORE, ...place, resource }),
      ...(signal === undefined ? {} : { signal }),
    })
  /** An empty list where it may not be read, and a sentence that says so. */
  const tolerant = async <T>(what: string, listing: Promise<T[]>): Promise<T[]> => {
    try {
      return await listing
    } catch (error) {
      signal?.throwIfAborted()
      unread.push(`${what}: ${messageOf(error)}`)
      return []
    }
  }
  const listings = KINDS.map((kind) => list<Workload>(workloadKinds[kind].resource, { api: APPS, namespace }))
  const [pods, sets, services, all, autoscalers, ...lists] = await Promise.all([
    list<Pod>('pods', { namespace }),
    list<KubernetesObject>('replicasets', { api: APPS, namespace }),
    list<Service>('services', { namespace }),
    tolerant('Services of all namespaces', list<Service>('services', {})),
    tolerant('HorizontalPodAutoscalers', listAutoscalers(cluster, namespace, signal)),
    ...listings.map((listing, index) => tolerant(`${workloadKinds[KINDS[index] ?? 'deployment'].kind}s`, listing)),
  ])
  // Where none of the kinds may be read, one of the reasons is the answer.
  await Promise.any(listings).catch(() => listings[0])
  const workloads = KINDS.flatMap((kind, index) =>
    (lists[index] ?? []).map((object): FoundWorkload => {
      const own = [object.metadata.uid]
      const owners =
        kind === 'deployment' ? sets.filter((set) => isOwnedBy(set, own)).map(({ metadata }) => metadata.uid) : own
      const autoscaler = autoscalerAmong(autoscalers, { kind, name: object.metadata.name })
      return { kind, object, pods: pods.filter((pod) => isOwnedBy(pod, owners)), ...defined({ autoscaler }) }
    }),
  )
  const nearby = all.length > 0 ? [] : monitoring.map((one) => list<Service>('services', { namespace: one }))
  const some = await Promise.all(nearby.map((one, index) => tolerant(`Services of ${monitoring[index]}`, one)))
  const operator = await readOperator(cluster, { namespaces: [namespace], monitoring, signal })
  return {
    namespace,
    workloads,
    services,
    monitoringServices: all.length > 0 ? all : [...services, ...some.flat()],
    operator,
    unread: [...unread, ...(operator?.unread ?? [])],
  }
}

export interface ReadRequest {
  namespace: string
  /** Namespaces of the monitoring, where those of all cannot be read. */
  monitoring: readonly string[]
  signal?: AbortSignal | undefined
}

const KINDS = Object.keys(workloadKinds) as WorkloadKind[]
