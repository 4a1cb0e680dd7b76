import { replicasText } from '../../../faults/replicas-text.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadPlace, workloadKinds, workloadText } from '../../../kubernetes/workload-place.ts'
import type { Rescaled } from './replicas-watch.ts'

/** Who has set how many replicas a workload has. */

/** The controllers of Kubernetes, the one of autoscalers among them. */
const CONTROLLERS = 'kube-controller-manager'

/**
 * What somebody else has done, for people: "deployment/web in shop: 5 replicas instead of 2, set by HorizontalPodAutoscaler web". Where
 * autoscalers may not be read, it says what is known without. Never rejects.
 */
export async function whoScales(
  cluster: Pick<Cluster, 'request'>,
  place: WorkloadPlace,
  { from, to, by }: Rescaled,
): Promise<string> {
  const what = `${workloadText(place)}: ${replicasText(to)} instead of ${from}`
  if (by !== undefined && by !== CONTROLLERS) return `${what}, set by ${by}`
  const autoscaler = await autoscalerOf(cluster, place)
  if (autoscaler === undefined) return by === undefined ? what : `${what}, set by ${by}, as autoscalers do`
  const name = `HorizontalPodAutoscaler ${autoscaler}`
  return by === undefined ? `${what}; ${name} scales it` : `${what}, set by ${name}`
}

/** An autoscaler: the part that is used. `v1` since Kubernetes 1.2. */
interface Autoscaler extends KubernetesObject {
  spec: { scaleTargetRef: { kind: string; name: string } }
}

const AUTOSCALING = '/apis/autoscaling/v1'
const READ_WITHIN_MS = 2_000

/** The name of the autoscaler of a workload; `undefined` where there is none that may be read. */
async function autoscalerOf(
  cluster: Pick<Cluster, 'request'>,
  { namespace, kind, name }: WorkloadPlace,
): Promise<string | undefined> {
  const path = resourcePath({ api: AUTOSCALING, namespace, resource: 'horizontalpodautoscalers' })
  const all = await listAll<Autoscaler>(cluster, { path, timeoutMs: READ_WITHIN_MS }).catch(() => [])
  const isOfWorkload = ({ spec: { scaleTargetRef: target } }: Autoscaler) =>
    target.kind === workloadKinds[kind].kind && target.name === name
  return all.find(isOfWorkload)?.metadata.name
}
