import { faultErrors } from '../../../faults/errors.ts'
import type { Direction } from '../../../faults/workload.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { isSelected, listAll } from '../../../kubernetes/lists.ts'
import type { KubernetesObject, LabelSelector, Pod } from '../../../kubernetes/objects.ts'
import { NETWORKING, resourcePath } from '../../../kubernetes/paths.ts'
import { POLICY_TYPE } from './deny-objects.ts'

/**
 * Policies add up: what one of them allows, no other can deny.
 * @throws FD_FAULT_REFUSED where one allows connections to these pods, or from them
 */
export async function refuseAllowed(
  cluster: Pick<Cluster, 'request'>,
  { namespace, direction }: { namespace: string; direction: Direction },
  pods: readonly Pod[],
): Promise<void> {
  const path = resourcePath({ api: NETWORKING, namespace, resource: 'networkpolicies' })
  const policies = await listAll<NetworkPolicy>(cluster, { path })
  const other = policies.find((policy) => pods.some((pod) => allows(policy, direction, pod)))
  if (other === undefined) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `NetworkPolicy ${other.metadata.name} allows connections ${direction === 'ingress' ? 'to' : 'from'} these pods, and what one policy allows no other can deny`,
    where: namespace,
    next:
      direction === 'ingress'
        ? 'network-down on a link to their Service has their users refused'
        : 'network-down on a link to the Service that they use has them refused',
  })
}

interface NetworkPolicy extends KubernetesObject {
  spec: { podSelector?: LabelSelector; policyTypes?: readonly string[] } & { [of in Direction]?: readonly unknown[] }
}

/** Whether it is about that direction of this pod, and allows some. Without types it is about what it has rules for, and about `ingress`. */
function allows({ spec }: NetworkPolicy, direction: Direction, { metadata }: Pod): boolean {
  const { podSelector = {}, policyTypes, [direction]: rules = [] } = spec
  if (rules.length === 0 || policyTypes?.includes(POLICY_TYPE[direction]) === false) return false
  return isSelected(metadata.labels ?? {}, podSelector)
}
