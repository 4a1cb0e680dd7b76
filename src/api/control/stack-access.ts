import type { SecretName, Topology } from '../../stack/part.ts'
import { faultTokenOf, scrapedBy } from '../../stack/part.ts'
import { authorizationsOf } from '../../stack/password.ts'
import type { PreparedStack } from './prepared-stack.ts'

/** The tokens and passwords of a stack, and what its monitoring must see: alike on every kind of runtime. */
export function stackAccess(topology: Topology, secrets: Readonly<Record<SecretName, string>>): StackAccess {
  return {
    tokens: { operator: secrets.control, responder: secrets.responder },
    maintenanceToken: secrets.maintenance,
    faultTokenOf: (part) => faultTokenOf(secrets, part),
    authorizations: authorizationsOf(topology.parts, secrets),
    scraped: scrapedBy(topology),
  }
}

type StackAccess = Pick<PreparedStack, 'tokens' | 'maintenanceToken' | 'faultTokenOf' | 'authorizations' | 'scraped'>
