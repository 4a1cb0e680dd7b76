import { Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { serviceLinkSchema } from './kubernetes/kubernetes-schema.ts'
import { Url, Variable } from './monitoring-schema.ts'

/** The part of the schema of firedrill.yaml that is about the fault proxy and its links. */

const closed = { additionalProperties: false } as const

/** The fault proxy: its URL, or the URL with the environment variable that holds its bearer token. */
export const FaultProxy = Type.Union(
  [
    Url('Base URL of its API'),
    Type.Object({ url: Url('Base URL of its API'), tokenFrom: Variable('Variable that holds its token.') }, closed),
  ],
  {
    description:
      'a URL, or a mapping with url and tokenFrom: where `firedrill system proxy` is controlled. Default: http://127.0.0.1:8474',
  },
)

const Address = (description: string) => Type.String({ format: 'link-address', description })

/** A link that `firedrill system proxy` stands in all the time. */
export const proxiedLinkSchema = Type.Object(
  {
    listen: Address('Where the fault proxy listens: what the service connects to'),
    upstream: Address('What the service would connect to without it'),
  },
  closed,
)

/** A link that the fault proxy comes into for the time of a fault. */
export const kubernetesLinkSchema = Type.Object({ kubernetes: serviceLinkSchema }, closed)

const named = {
  keys: '^[a-z][a-z0-9-]{0,62}$',
  minProperties: 1,
  description: 'Connections that the fault proxy stands in, by the names that drills give them',
}

/** Connections that the fault proxy stands in, by name. */
export const Links = strictRecord(
  Type.Union([proxiedLinkSchema, kubernetesLinkSchema], {
    description: 'a mapping with listen and upstream, or with kubernetes',
  }),
  named,
)

/** The same, of which each link is checked with the schema of its kind. */
export const LinksFrame = strictRecord(Type.Unknown(), named)
