import { FiredrillError } from '../../base/errors.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { resourcePath } from '../../kubernetes/paths.ts'
import { findResource } from '../../kubernetes/versions.ts'
import { runtimeErrors } from '../../runtimes/runtime.ts'

/**
 * Has a pod deleted within its grace, as `kubectl drain` does: where a PodDisruptionBudget forbids that, it stays.
 * @throws FD_RUNTIME_CONFLICT when a PodDisruptionBudget forbids it, FD_RUNTIME_UNSUPPORTED where there are no evictions, and what a request throws
 */
export async function evictPod(
  cluster: Cluster,
  { namespace, name, uid }: { namespace: string; name: string; uid: string },
): Promise<void> {
  const served = await findResource(cluster, '', 'pods/eviction')
  if (served === undefined) {
    throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', { message: `${cluster.description} serves no evictions` })
  }
  try {
    await cluster.request({
      method: 'POST',
      path: resourcePath({ namespace, resource: 'pods', name, subresource: 'eviction' }),
      body: {
        apiVersion: served.apiVersion,
        kind: 'Eviction',
        metadata: { name, namespace },
        // Not a pod that has its name meanwhile.
        deleteOptions: { preconditions: { uid } },
      },
    })
  } catch (error) {
    if (!isForbiddenByBudget(error)) throw error
    throw runtimeErrors.error('FD_RUNTIME_CONFLICT', {
      message: `a PodDisruptionBudget forbids to end pod ${name} now`,
      where: namespace,
      cause: error,
    })
  }
}

/** The eviction itself answers so, with a reason; a server that has too much to do answers with the same status, and none. */
function isForbiddenByBudget(error: unknown): boolean {
  return error instanceof FiredrillError && error.details.given === '429 TooManyRequests'
}
