import type { Cluster } from './cluster.ts'

/** Asks the API server what we may do there. */

/** One thing that is asked of the API server, as RBAC names it. */
export interface AccessQuestion {
  /** Missing: of the cluster, or of every namespace. */
  namespace?: string
  /** The API group; '' is the core group. */
  group: string
  /** "pods", "pods/exec". */
  resource: string
  verb: string
  /** The object; missing where it can be any. */
  name?: string
}

/** Asks the API server whether we may do that: a SelfSubjectAccessReview, which changes nothing. @throws what a request throws */
export async function reviewAccess(
  cluster: Pick<Cluster, 'request'>,
  { namespace, group, resource, verb, name }: AccessQuestion,
  signal?: AbortSignal,
): Promise<{ allowed: boolean; reason: string }> {
  const [base = '', subresource] = resource.split('/')
  const { status } = await cluster.request<Review>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          ...(namespace === undefined ? {} : { namespace }),
          ...{ verb, group, resource: base },
          ...(subresource === undefined ? {} : { subresource }),
          ...(name === undefined ? {} : { name }),
        },
      },
    },
    ...(signal === undefined ? {} : { signal }),
  })
  return { allowed: status.allowed, reason: status.reason ?? '' }
}

interface Review {
  status: { allowed: boolean; reason?: string }
}
