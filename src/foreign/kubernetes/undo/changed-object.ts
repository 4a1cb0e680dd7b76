import { NETWORKING, resourcePath } from '../../../kubernetes/paths.ts'
import { type WorkloadKind, workloadKinds, workloadPath } from '../../../kubernetes/workload-place.ts'

/** What a fault changes in a cluster, and an undo puts back. */

/** An object, by its kind: a workload, a Service, or a NetworkPolicy that a fault has made. */
export interface ChangedObject {
  namespace: string
  kind: ChangedKind
  name: string
}

export type ChangedKind = WorkloadKind | 'service' | 'networkpolicy'

/** Its path at the API server. @throws FD_KUBERNETES_ANSWER for what is no name */
export function objectPath({ namespace, kind, name }: ChangedObject): string {
  if (kind === 'service') return resourcePath({ namespace, resource: 'services', name })
  if (kind === 'networkpolicy') return resourcePath({ api: NETWORKING, namespace, resource: 'networkpolicies', name })
  return workloadPath({ namespace, kind, name })
}

/** For people: "service/db in shop". */
export function objectText({ kind, name, namespace }: ChangedObject): string {
  return `${kind}/${name} in ${namespace}`
}

export function isChangedKind(kind: unknown): kind is ChangedKind {
  return kind === 'service' || kind === 'networkpolicy' || Object.hasOwn(workloadKinds, String(kind))
}
