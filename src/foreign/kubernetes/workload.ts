import type { Cluster } from '../../kubernetes/cluster.ts'
import { listAll, selectorText } from '../../kubernetes/lists.ts'
import type { KubernetesObject, Pod, Workload } from '../../kubernetes/objects.ts'
import { APPS, resourcePath } from '../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadPath } from '../../kubernetes/workload-place.ts'

export * from '../../kubernetes/workload-place.ts'

/** A workload of Kubernetes, and its pods: found by who owns them, never by their names. */

/** @throws FD_KUBERNETES_NOT_FOUND, and what a request throws */
export function readWorkload(
  cluster: Pick<Cluster, 'request'>,
  place: WorkloadPlace,
  signal?: AbortSignal,
): Promise<Workload> {
  return cluster.request<Workload>({ path: workloadPath(place), ...(signal === undefined ? {} : { signal }) })
}

/**
 * The pods of a workload, those that are ending among them, oldest first. Of a Deployment they are those of all of its ReplicaSets.
 * @throws what a request throws
 */
export async function podsOf(
  cluster: Pick<Cluster, 'request'>,
  place: Pick<WorkloadPlace, 'namespace' | 'kind'>,
  workload: Workload,
): Promise<Pod[]> {
  const owners = await ownersOf(cluster, place, workload)
  return (await podsOwnedBy(cluster, place, { workload, owners })).owned
}

/** The uids of those who own its pods: its ReplicaSets, or the workload itself. */
export async function ownersOf(
  cluster: Pick<Cluster, 'request'>,
  { namespace, kind }: Pick<WorkloadPlace, 'namespace' | 'kind'>,
  { metadata, spec }: Workload,
): Promise<string[]> {
  if (kind !== 'deployment') return [metadata.uid]
  const sets = await listAll<KubernetesObject>(cluster, {
    path: resourcePath({ api: APPS, namespace, resource: 'replicasets' }),
    query: { labelSelector: selectorText(spec.selector) },
  })
  return sets.filter((set) => isOwnedBy(set, [metadata.uid])).map((set) => set.metadata.uid)
}

/** The pods that it selects and that these own, oldest first; and how many it selects besides. */
export async function podsOwnedBy(
  cluster: Pick<Cluster, 'request'>,
  { namespace }: Pick<WorkloadPlace, 'namespace'>,
  { workload, owners }: { workload: Workload; owners: readonly string[] },
): Promise<{ owned: Pod[]; others: number }> {
  const pods = await listAll<Pod>(cluster, {
    path: resourcePath({ namespace, resource: 'pods' }),
    query: { labelSelector: selectorText(workload.spec.selector) },
  })
  const owned = pods.filter((pod) => isOwnedBy(pod, owners)).sort(byAge)
  return { owned, others: pods.length - owned.length }
}

/** Whether one of these has made the object and keeps it. */
export function isOwnedBy({ metadata }: KubernetesObject, uids: readonly string[]): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uids.includes(uid)) ?? false
}

export function isReady({ status, metadata }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined) return false
  return status.conditions?.some(({ type, status: met }) => type === 'Ready' && met === 'True') ?? false
}

/** Whether it will never run again, or is being deleted. */
export function isEnding({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded' || status.phase === 'Failed'
}

function byAge(a: Pod, b: Pod): number {
  const [first, second] = [a.metadata, b.metadata]
  return first.creationTimestamp.localeCompare(second.creationTimestamp) || first.name.localeCompare(second.name)
}

/**
 * Name of the container that counts where nobody names one: what kubectl takes, else the first one of the template. A pod may have others
 * before it, which a mesh has added.
 */
export function mainContainerOf({ spec: { template } }: Workload): string | undefined {
  return template.metadata?.annotations?.[DEFAULT_CONTAINER] ?? template.spec.containers[0]?.name
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'
