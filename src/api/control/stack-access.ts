import { type Link, linksOf } from '../../stack/links.ts'
import type { SecretName, Topology } from '../../stack/part.ts'
import { faultTokenOf, scrapedBy } from '../../stack/part.ts'
import { authorizationsOf } from '../../stack/password.ts'
import type { PreparedStack } from './prepared-stack.ts'

/** The tokens and passwords of a stack, its links, and what its monitoring must see: alike on every kind of runtime. */
export function stackAccess(topology: Topology, secrets: Readonly<Record<SecretName, string>>): StackAccess {
  let links: Link[] | undefined
  return {
    tokens: { operator: secrets.control, responder: secrets.responder },
    maintenanceToken: secrets.maintenance,
    faultTokenOf: (part) => faultTokenOf(secrets, part),
    authorizations: authorizationsOf(topology.parts, secrets),
    scraped: scrapedBy(topology),
    // Renders every file of the stack, which takes a moment: not before somebody asks.
    links: () => {
      links ??= linksOf(topology)
      return links
    },
  }
}

type StackAccess = Pick<
  PreparedStack,
  'tokens' | 'maintenanceToken' | 'faultTokenOf' | 'authorizations' | 'scraped' | 'links'
>
