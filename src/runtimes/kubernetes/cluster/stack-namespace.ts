import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { clusterErrors } from '../errors.ts'
import { STACK_ID } from '../manifests/manifest.ts'

/** The namespace of a stack: `up` makes it, and knows it again by a label. */

export interface StackPlace {
  context: string
  namespace: string
  /** Lasting id of the stack, from its state folder. */
  id: string
}

type Requests = Pick<Cluster, 'request'>

export function namespacePath(name: string): string {
  return resourcePath({ resource: 'namespaces', name })
}

/** `undefined` when there is no such namespace. */
export async function readNamespace(
  cluster: Requests,
  { namespace }: Pick<StackPlace, 'namespace'>,
  signal?: AbortSignal,
): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.request<KubernetesObject>({
      path: namespacePath(namespace),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Whether the namespace is there; one that this stack has not made is refused. @throws FD_CLUSTER_NAMESPACE */
export async function findOwnNamespace(cluster: Requests, place: StackPlace, signal?: AbortSignal): Promise<boolean> {
  const found = await readNamespace(cluster, place, signal)
  if (found === undefined) return false
  const { labels = {}, deletionTimestamp } = found.metadata
  const owner = labels[STACK_ID]
  const refuse = (message: string, next: string) =>
    clusterErrors.error('FD_CLUSTER_NAMESPACE', {
      message,
      where: `namespace ${place.namespace}, context ${place.context}`,
      expected: 'one that does not exist, or that the stack of this state folder has made',
      ...(owner === undefined ? {} : { given: `the stack ${owner}; the one of this folder is ${place.id}` }),
      next,
    })
  if (owner === undefined) {
    throw refuse(
      'the namespace is there already, and firedrill has not made it',
      '--namespace names another one; or apply the manifests yourself: docs/kubernetes-stack.md',
    )
  }
  if (owner !== place.id) {
    throw refuse(
      'the namespace is of the stack of another state folder',
      '--namespace names another one, --state that folder',
    )
  }
  if (deletionTimestamp !== undefined) throw refuse('the namespace is being removed', 'wait until it is gone')
  return true
}

export function isMadeBy({ metadata }: KubernetesObject, { id }: Pick<StackPlace, 'id'>): boolean {
  return metadata.labels?.[STACK_ID] === id
}
