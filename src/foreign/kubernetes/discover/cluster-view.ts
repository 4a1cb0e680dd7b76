import type { Pod, Service, Workload } from '../../../kubernetes/objects.ts'
import type { WorkloadKind } from '../../../kubernetes/workload-place.ts'
import type { OperatorView } from '../operator/operator-objects.ts'

/** What is read of a cluster to describe a system in it. */
export interface ClusterView {
  /** Of the services. */
  namespace: string
  workloads: readonly FoundWorkload[]
  /** Services of that namespace. */
  services: readonly Service[]
  /** Services among which the monitoring is looked for: of all namespaces where they can be read. */
  monitoringServices: readonly Service[]
  /** Missing where the cluster has no prometheus-operator. */
  operator: OperatorView | undefined
  /** What could not be read, in sentences. */
  unread: readonly string[]
}

export interface FoundWorkload {
  kind: WorkloadKind
  object: Workload
  pods: readonly Pod[]
  /** Name of the HorizontalPodAutoscaler that scales it; missing where none is known. */
  autoscaler?: string
}
