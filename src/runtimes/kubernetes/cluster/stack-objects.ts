import type { KubernetesObject, Pod, Workload } from '../../../kubernetes/objects.ts'
import type { WorkloadKind } from '../../../kubernetes/workload-place.ts'

/** The objects of a stack in a cluster, as far as they say whether it is ready. */

export interface StackObjects {
  workloads: readonly { kind: WorkloadKind; workload: Workload }[]
  jobs: readonly Job[]
  pods: readonly Pod[]
  /** Claims of volumes. */
  claims: readonly Claim[]
  /** Warnings of the cluster, oldest first. */
  warnings: readonly Warning[]
}

export interface Job extends KubernetesObject {
  spec: { template: { spec: { containers: readonly { image: string }[] } } }
  status: { succeeded?: number; failed?: number; conditions?: readonly { type: string; status: string }[] }
}

export interface Claim extends KubernetesObject {
  spec: { storageClassName?: string }
  status: { phase?: string }
}

export interface Warning extends KubernetesObject {
  involvedObject: { kind: string; name: string }
  reason?: string
  message?: string
  lastTimestamp?: string
  eventTime?: string
}
