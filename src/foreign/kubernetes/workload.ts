import type { Cluster } from '../../kubernetes/cluster.ts'
import { listAll, selectorText } from '../../kubernetes/lists.ts'
import type { KubernetesObject, Pod, Workload } from '../../kubernetes/objects.ts'
import { APPS, resourcePath } from '../../kubernetes/paths.ts'

/** A workload of Kubernetes, and its pods: found by who owns them, never by their names. */

/** Kinds of workloads, as firedrill.yaml and kubectl name them, with their resource. */
export const workloadKinds = {
  deployment: { kind: 'Deployment', resource: 'deployments' },
  statefulset: { kind: 'StatefulSet', resource: 'statefulsets' },
  daemonset: { kind: 'DaemonSet', resource: 'daemonsets' },
} as const

export type WorkloadKind = keyof typeof workloadKinds

/** Where a workload is. */
export interface WorkloadPlace {
  namespace: string
  kind: WorkloadKind
  name: string
}

/** "deployment/checkout", in any case; `undefined` for what names no workload. */
export function parseWorkload(text: string): Pick<WorkloadPlace, 'kind' | 'name'> | undefined {
  const [, kind = '', name = ''] = /^([A-Za-z]+)\/([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/.exec(text) ?? []
  const lower = kind.toLowerCase()
  return Object.hasOwn(workloadKinds, lower) ? { kind: lower as WorkloadKind, name } : undefined
}

/** For people: "deployment/checkout in shop". */
export function workloadText({ kind, name, namespace }: WorkloadPlace): string {
  return `${kind}/${name} in ${namespace}`
}

/** Its path at the API server, or that of a subresource: "scale". */
export function workloadPath({ namespace, kind, name }: WorkloadPlace, subresource?: string): string {
  const { resource } = workloadKinds[kind]
  return resourcePath({ api: APPS, namespace, resource, name, ...(subresource === undefined ? {} : { subresource }) })
}

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
  const { namespace, kind } = place
  const query = { labelSelector: selectorText(workload.spec.selector) }
  const list = <T>(resource: string, api?: string) =>
    listAll<T>(cluster, { path: resourcePath({ namespace, resource, ...(api === undefined ? {} : { api }) }), query })
  const [pods, sets] = await Promise.all([
    list<Pod>('pods'),
    kind === 'deployment' ? list<KubernetesObject>('replicasets', APPS) : [],
  ])
  const owned = sets.filter((set) => isOwnedBy(set, [workload.metadata.uid]))
  const owners = kind === 'deployment' ? owned.map(({ metadata }) => metadata.uid) : [workload.metadata.uid]
  return pods.filter((pod) => isOwnedBy(pod, owners)).sort(byAge)
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
