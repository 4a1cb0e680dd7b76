import { Type } from 'typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
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

/** Connections that the fault proxy stands in, by name. */
export const Links = strictRecord(
  Type.Object(
    {
      listen: Address('Where the fault proxy listens: what the service connects to'),
      upstream: Address('What the service would connect to without it'),
    },
    closed,
  ),
  {
    keys: '^[a-z][a-z0-9-]{0,62}$',
    minProperties: 1,
    description: 'Connections that the fault proxy stands in, by the names that drills give them',
  },
)
