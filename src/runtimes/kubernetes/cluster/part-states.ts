import type { Workload } from '../../../kubernetes/objects.ts'
import { desiredReplicas, rolloutState } from '../../../kubernetes/rollout.ts'
import type { WorkloadKind } from '../../../kubernetes/workload-place.ts'
import { LABELS } from '../manifests/manifest.ts'
import type { Job, StackObjects } from './stack-objects.ts'
import { whyNotReady } from './why-not-ready.ts'

/** What the objects of a stack say of its parts. */

/** One part of a stack in a cluster. */
export interface ClusterPart {
  name: string
  /** "deployment", "job". */
  kind: WorkloadKind | 'job'
  /** Pods that are to be ready, and that are. */
  wanted: number
  ready: number
  /** Restarts of its containers together. */
  restarts: number
  isReady: boolean
  /** Why it is not ready, as far as the cluster says it. */
  why: string[]
}

/** Every part of the stack as the cluster has it, by name. Pure. */
export function partStates(objects: StackObjects): ClusterPart[] {
  const parts = [
    ...objects.workloads.map(({ kind, workload }) => ofWorkload(kind, workload, objects)),
    ...objects.jobs.map((job) => ofJob(job, objects)),
  ]
  return parts.sort((a, b) => a.name.localeCompare(b.name))
}

function ofWorkload(kind: WorkloadKind, workload: Workload, objects: StackObjects): ClusterPart {
  const { name } = workload.metadata
  const pods = podsOf(name, objects)
  const rollout = rolloutState(workload, kind)
  const wanted = desiredReplicas(workload)
  const ready = workload.status.numberReady ?? workload.status.readyReplicas ?? 0
  const isReady = rollout.is === 'complete' && ready >= wanted
  const seen = isReady ? [] : whyNotReady({ pods, owner: { kind, name }, wanted }, objects)
  const why = isReady || seen.length > 0 || rollout.is === 'complete' ? seen : [rollout.detail]
  return { name, kind, wanted, ready, restarts: restartsOf(pods), isReady, why }
}

function ofJob(job: Job, objects: StackObjects): ClusterPart {
  const { name } = job.metadata
  const pods = podsOf(name, objects)
  const isReady = (job.status.succeeded ?? 0) > 0
  const why = isReady ? [] : whyNotReady({ pods, owner: { kind: 'job', name }, wanted: 1 }, objects)
  return { name, kind: 'job', wanted: 1, ready: isReady ? 1 : 0, restarts: restartsOf(pods), isReady, why }
}

function podsOf(name: string, { pods }: StackObjects): StackObjects['pods'] {
  return pods.filter(({ metadata }) => metadata.labels?.[LABELS.service] === name)
}

function restartsOf(pods: StackObjects['pods']): number {
  const counts = pods.flatMap(({ status }) => status.containerStatuses?.map(({ restartCount }) => restartCount) ?? [])
  return counts.reduce((sum, count) => sum + count, 0)
}
