import { faultErrors } from '../../../faults/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { isSelected, listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, LabelSelector, Pod } from '../../../kubernetes/objects.ts'
import { NETWORKING, resourcePath } from '../../../kubernetes/paths.ts'

/**
 * Policies add up: what one of them allows, no other can deny.
 * @throws FD_FAULT_REFUSED where one allows connections to these pods
 */
export async function refuseAllowed(
  cluster: Pick<Cluster, 'request'>,
  namespace: string,
  pods: readonly Pod[],
): Promise<void> {
  const path = resourcePath({ api: NETWORKING, namespace, resource: 'networkpolicies' })
  const policies = await listAll<NetworkPolicy>(cluster, { path })
  const other = policies.find((policy) => pods.some((pod) => allows(policy, pod)))
  if (other === undefined) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `NetworkPolicy ${other.metadata.name} allows connections to these pods, and what one policy allows no other can deny`,
    where: namespace,
    next: 'network-down on a link to their Service has their users refused',
  })
}

interface NetworkPolicy extends KubernetesObject {
  spec: { podSelector?: LabelSelector; policyTypes?: readonly string[]; ingress?: readonly unknown[] }
}

/** Whether it is about connections to this pod, and allows some. Without types it is about those. */
function allows({ spec }: NetworkPolicy, { metadata }: Pod): boolean {
  const { podSelector = {}, policyTypes = ['Ingress'], ingress = [] } = spec
  return policyTypes.includes('Ingress') && ingress.length > 0 && isSelected(metadata.labels ?? {}, podSelector)
}
