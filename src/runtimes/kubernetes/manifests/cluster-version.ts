import { usageErrors } from '../../../base/usage-errors.ts'

/** The version of PodDisruptionBudgets in a cluster: v1 came with Kubernetes 1.21, and v1beta1 went with 1.25. @throws FD_USAGE */
export function policyApiOf(clusterVersion: string): PolicyApi {
  const [, minor] = /^v?1\.(\d{1,3})(?:\.\d+)?$/.exec(clusterVersion) ?? []
  if (minor !== undefined && Number(minor) >= OLDEST_MINOR) return Number(minor) < 21 ? 'policy/v1beta1' : 'policy/v1'
  throw usageErrors.error('FD_USAGE', {
    message: 'no version of Kubernetes that the stack runs on',
    where: '--cluster-version',
    expected: `1.${OLDEST_MINOR} or newer, for example 1.31`,
    given: clusterVersion,
  })
}

/** Spreading over nodes and profiles of seccomp are part of it since 1.19. */
export const OLDEST_MINOR = 19

/** The version of PodDisruptionBudgets that a cluster serves. */
export type PolicyApi = 'policy/v1' | 'policy/v1beta1'
