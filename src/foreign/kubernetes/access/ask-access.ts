import { messageOf } from '../../../base/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { reviewAccess } from '../../../kubernetes/review-access.ts'
import { type AccessPlaces, type Grant, grantKey, grantsOf } from './permission.ts'
import { needsOf, type UseName } from './permissions.ts'

/** Asks the API server what we may do there: one SelfSubjectAccessReview for each verb. Nothing is changed by it. */
export async function askAccess(
  cluster: Pick<Cluster, 'request'>,
  { places, uses, signal }: { places: AccessPlaces; uses: readonly UseName[]; signal?: AbortSignal | undefined },
): Promise<Access> {
  const grants = new Map<string, Grant>()
  for (const use of uses)
    for (const permission of needsOf(use))
      for (const grant of grantsOf(permission, places)) grants.set(grantKey(grant), grant)
  const open = [...grants.entries()]
  const refused = new Map<string, string>()
  let unanswered: string | undefined
  const askNext = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined && unanswered === undefined; next = open.shift()) {
      const [key, grant] = next
      try {
        const { allowed, reason } = await reviewAccess(cluster, grant, signal)
        if (!allowed) refused.set(key, reason)
      } catch (error) {
        signal?.throwIfAborted()
        unanswered = messageOf(error)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askNext))
  return { refused, unanswered }
}

/** How many questions are open at the same time. */
const AT_ONCE = 4

/** What the API server has answered. */
export interface Access {
  /** By `grantKey`: what is not allowed, with the reason that the API server gives, if any. */
  refused: ReadonlyMap<string, string>
  /** Why not all could be asked. */
  unanswered: string | undefined
}
