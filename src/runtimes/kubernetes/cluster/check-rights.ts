import type { Cluster } from '../../../kubernetes/cluster.ts'
import { reviewAccess } from '../../../kubernetes/review-access.ts'
import { clusterErrors } from '../errors.ts'

/** Whether a cluster allows what bringing a stack up there takes. */

/** What `up` does in a cluster, by API group: resource and verbs. */
const IN_NAMESPACE: Readonly<Record<string, readonly [resource: string, ...verbs: string[]][]>> = {
  '': [
    ['configmaps', 'get', 'create', 'patch'],
    ['services', 'get', 'create', 'patch'],
    ['serviceaccounts', 'get', 'create', 'patch'],
    ['pods', 'list'],
    ['secrets', 'get', 'create', 'patch'],
  ],
  apps: [
    ['deployments', 'get', 'list', 'create', 'patch'],
    ['statefulsets', 'get', 'list', 'create', 'patch'],
    ['daemonsets', 'get', 'list', 'create', 'patch'],
  ],
  batch: [['jobs', 'get', 'list', 'create', 'patch', 'delete']],
  'networking.k8s.io': [['networkpolicies', 'get', 'create', 'patch']],
  policy: [['poddisruptionbudgets', 'get', 'create', 'patch']],
  'rbac.authorization.k8s.io': [
    ['roles', 'get', 'create', 'patch'],
    ['rolebindings', 'get', 'create', 'patch'],
  ],
}

/** How many questions are open at the same time. */
const AT_ONCE = 8

/** @throws FD_CLUSTER_RIGHTS with all that is missing, before anything is done */
export async function checkRights(
  cluster: Pick<Cluster, 'request' | 'description'>,
  namespace: string,
  signal?: AbortSignal,
): Promise<void> {
  const questions = [
    { group: '', resource: 'namespaces', verb: 'create' },
    ...Object.entries(IN_NAMESPACE).flatMap(([group, resources]) =>
      resources.flatMap(([resource, ...verbs]) => verbs.map((verb) => ({ namespace, group, resource, verb }))),
    ),
  ]
  const missing: string[] = []
  const open = [...questions]
  const askNext = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const { allowed } = await reviewAccess(cluster, next, signal)
      if (!allowed) missing.push(`${next.verb} ${next.resource}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askNext))
  if (missing.length === 0) return
  throw clusterErrors.error('FD_CLUSTER_RIGHTS', {
    message: `not allowed in the namespace ${namespace}: ${missing.sort().join(', ')}`,
    where: cluster.description,
    expected: 'the rights of the ClusterRole admin in that namespace, and to create namespaces',
    next: 'ask the people who manage the cluster, or name a context that may; nothing was changed',
  })
}
