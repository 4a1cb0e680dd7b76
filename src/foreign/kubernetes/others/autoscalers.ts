import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadKinds } from '../../../kubernetes/workload-place.ts'

/** What scales workloads by itself. */

/** A HorizontalPodAutoscaler, also one that KEDA has made: the part that is used. */
export interface Autoscaler extends KubernetesObject {
  spec: { scaleTargetRef: { kind: string; name: string } }
}

/** `v1` has been there since Kubernetes 1.2. */
const AUTOSCALING = '/apis/autoscaling/v1'
const READ_WITHIN_MS = 2_000

/** Those of a namespace. @throws what a request throws */
export function listAutoscalers(
  cluster: Pick<Cluster, 'request'>,
  namespace: string,
  signal?: AbortSignal,
): Promise<Autoscaler[]> {
  const path = resourcePath({ api: AUTOSCALING, namespace, resource: 'horizontalpodautoscalers' })
  return listAll<Autoscaler>(cluster, { path, timeoutMs: READ_WITHIN_MS, ...(signal === undefined ? {} : { signal }) })
}

/** The name of the one of a workload; `undefined` where there is none. */
export function autoscalerAmong(
  all: readonly Autoscaler[],
  { kind, name }: Pick<WorkloadPlace, 'kind' | 'name'>,
): string | undefined {
  const isOfWorkload = ({ spec: { scaleTargetRef: target } }: Autoscaler) =>
    target.kind === workloadKinds[kind].kind && target.name === name
  return all.find(isOfWorkload)?.metadata.name
}

/** The name of the one of a workload; `undefined` where there is none that may be read. Never rejects. */
export async function autoscalerOf(
  cluster: Pick<Cluster, 'request'>,
  place: WorkloadPlace,
): Promise<string | undefined> {
  return autoscalerAmong(await listAutoscalers(cluster, place.namespace).catch(() => []), place)
}
