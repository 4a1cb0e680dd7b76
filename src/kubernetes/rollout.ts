import type { Workload } from './objects.ts'
import type { WorkloadKind } from './workload-place.ts'

/** How far a workload is with what its specification demands. Pure. */

/** How many pods it is to have. Of a DaemonSet the cluster decides that, by its nodes. */
export function desiredReplicas({ spec, status }: Workload): number {
  return status.desiredNumberScheduled ?? spec.replicas ?? 1
}

export type RolloutState =
  | { is: 'complete' }
  | { is: 'under way'; detail: string }
  /** It has made no progress for its `progressDeadlineSeconds`. */
  | { is: 'failed'; detail: string }

/** Whether all of its pods are those of its present template, and ready: the rules of `kubectl rollout status`. */
export function rolloutState(workload: Workload, kind: WorkloadKind): RolloutState {
  const { metadata, status } = workload
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return underWay('its change has not been seen yet')
  const late = status.conditions?.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  )
  if (late !== undefined) return { is: 'failed', detail: late.message ?? 'it exceeded its progress deadline' }
  const desired = desiredReplicas(workload)
  const { total, updated, ready } = counts(workload, kind)
  if (updated < desired) return underWay(`${updated} of ${desired} pods are new`)
  if (total > updated) return underWay(`${total - updated} old pods have not ended`)
  if (ready < desired) return underWay(`${ready} of ${desired} pods are ready`)
  return { is: 'complete' }
}

function counts({ status }: Workload, kind: WorkloadKind): { total: number; updated: number; ready: number } {
  if (kind === 'daemonset') {
    const { updatedNumberScheduled: updated = 0, numberReady: ready = 0 } = status
    return { total: updated, updated, ready }
  }
  const { replicas: total = 0, readyReplicas = 0, availableReplicas, updatedReplicas = 0 } = status
  if (kind === 'deployment') return { total, updated: updatedReplicas, ready: availableReplicas ?? 0 }
  // When its rollout is over, the number of updated pods of a StatefulSet counts none that were new before.
  const isOver = status.updateRevision === status.currentRevision
  return { total, updated: isOver ? total : updatedReplicas, ready: readyReplicas }
}

function underWay(detail: string): RolloutState {
  return { is: 'under way', detail }
}
