import type { Cluster } from '../../../kubernetes/cluster.ts'
import { findResource } from '../../../kubernetes/versions.ts'
import { clusterErrors } from '../errors.ts'
import { OLDEST_MINOR, type PolicyApi } from '../manifests/cluster-version.ts'

/** What a cluster is, as far as manifests depend on it. */
export interface ServedVersions {
  /** "v1.31.2". */
  version: string
  policyApi: PolicyApi
}

/** Asks the API server which version it is and what it serves. @throws FD_CLUSTER_OLD, and what a request throws */
export async function readVersions(
  cluster: Pick<Cluster, 'request' | 'description'>,
  signal?: AbortSignal,
): Promise<ServedVersions> {
  const { major, minor, gitVersion } = await cluster.request<Version>({
    path: '/version',
    ...(signal === undefined ? {} : { signal }),
  })
  const old = (given: string) =>
    clusterErrors.error('FD_CLUSTER_OLD', {
      message: 'the cluster is older than what the stack runs on',
      where: cluster.description,
      expected: `Kubernetes 1.${OLDEST_MINOR} or newer`,
      given,
      next: 'name the context of another cluster',
    })
  // Some say "20+".
  if (Number(major) === 1 && Number.parseInt(minor, 10) < OLDEST_MINOR) throw old(gitVersion)
  const served = await findResource(cluster, 'policy', 'poddisruptionbudgets')
  if (served?.apiVersion !== 'policy/v1' && served?.apiVersion !== 'policy/v1beta1')
    throw old(`${gitVersion} without PodDisruptionBudgets`)
  return { version: gitVersion, policyApi: served.apiVersion }
}

interface Version {
  major: string
  minor: string
  gitVersion: string
}
