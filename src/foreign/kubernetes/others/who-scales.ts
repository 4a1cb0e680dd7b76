import { replicasText } from '../../../faults/replicas-text.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { type WorkloadPlace, workloadText } from '../../../kubernetes/workload-place.ts'
import { autoscalerOf } from './autoscalers.ts'
import type { Rescaled } from './replicas-watch.ts'

/** Who has set how many replicas a workload has. */

/** What people scale by: these act for no autoscaler. */
const BY_HAND = /^kubectl/
/** The controllers of Kubernetes, the one of autoscalers among them: by their own name, and by the one program that k3s and MicroK8s make of all (not tried there). */
const CONTROLLERS = ['kube-controller-manager', 'k3s', 'kubelite']
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
  const setBy = by === undefined ? what : `${what}, set by ${by}`
  if (by !== undefined && BY_HAND.test(by)) return { text: setBy, isAutoscaler: false }
  const isController = by !== undefined && CONTROLLERS.includes(by)
  const autoscaler = await autoscalerOf(cluster, place)
  if (autoscaler === undefined)
    return { text: isController ? `${setBy}, as autoscalers do` : setBy, isAutoscaler: false }
  const name = `HorizontalPodAutoscaler ${autoscaler}`
  return { text: isController ? `${what}, set by ${name}` : `${setBy}; ${name} scales it`, isAutoscaler: true }
}

export interface WhoScales {
  text: string
  /** Whether the workload has an autoscaler, which may have done it. */
  isAutoscaler: boolean
}
