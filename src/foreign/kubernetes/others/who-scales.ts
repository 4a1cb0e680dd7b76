import { replicasText } from '../../../faults/replicas-text.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { type WorkloadPlace, workloadText } from '../../../kubernetes/workload-place.ts'
import { autoscalerOf } from './autoscalers.ts'
import type { Rescaled } from './replicas-watch.ts'

/** Who has set how many replicas a workload has. */

/** The controllers of Kubernetes, the one of autoscalers among them. */
const CONTROLLERS = 'kube-controller-manager'
/** What to do about an autoscaler. */
export const AS_PART = 'where that is part of the system: kubernetes: { workload: …, autoscaled: true }'

/**
 * What somebody else has done, for people: "deployment/web in shop: 5 replicas instead of 2, set by HorizontalPodAutoscaler web". Where
 * autoscalers may not be read, it says what is known without. Never rejects.
 */
export async function whoScales(
  cluster: Pick<Cluster, 'request'>,
  place: WorkloadPlace,
  { from, to, by }: Rescaled,
): Promise<WhoScales> {
  const what = `${workloadText(place)}: ${replicasText(to)} instead of ${from}`
  if (by !== undefined && by !== CONTROLLERS) return { text: `${what}, set by ${by}`, isAutoscaler: false }
  const autoscaler = await autoscalerOf(cluster, place)
  if (autoscaler === undefined)
    return { text: by === undefined ? what : `${what}, set by ${by}, as autoscalers do`, isAutoscaler: false }
  const name = `HorizontalPodAutoscaler ${autoscaler}`
  return { text: by === undefined ? `${what}; ${name} scales it` : `${what}, set by ${name}`, isAutoscaler: true }
}

export interface WhoScales {
  text: string
  /** Whether the workload has an autoscaler, which may have done it. */
  isAutoscaler: boolean
}
