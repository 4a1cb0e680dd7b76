import { FiredrillError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'

/**
 * Whom the API server takes us for, as `system role --bind` names it; `undefined` where that is not known. Clusters before 1.28 have no
 * SelfSubjectReview; what they refuse names the account, and a resource that is not there is refused before it is looked for.
 */
export async function whoAsks(
  cluster: Pick<Cluster, 'request'>,
  namespace: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const bounds = signal === undefined ? {} : { signal }
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  try {
    const { status } = await cluster.request<Review>({ method: 'POST', path, body, ...bounds })
    const name = status?.userInfo?.username
    if (name !== undefined) return subjectOf(name)
  } catch {
    signal?.throwIfAborted()
  }
  try {
    await cluster.request({ path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/whoami`, ...bounds })
  } catch (error) {
    signal?.throwIfAborted()
    const [, name] = /User "([^"]+)"/.exec(error instanceof FiredrillError ? error.message : '') ?? []
    if (name !== undefined) return subjectOf(name)
  }
  return undefined
}

interface Review {
  status?: { userInfo?: { username?: string } }
}

function subjectOf(name: string): string {
  const [, account] = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(name) ?? []
  return shellWord(account === undefined ? `user:${name}` : `serviceaccount:${account}`)
}
