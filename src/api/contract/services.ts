import { type Static, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ONE_LINE } from '../../base/text/texts.ts'
import { LONGEST_SETTING, SETTING_NAME } from '../../stack/setting-problems.ts'
import { Name } from './names.ts'

/** What is done to a service and its replicas. */
export const ServiceParams = Type.Object({ service: Name })
export const ReplicaBody = Type.Object({ replica: Type.Optional(Name) }, { additionalProperties: false })
export const ScaleBody = Type.Object(
  { replicas: Type.Integer({ minimum: 0, maximum: 100 }) },
  { additionalProperties: false },
)
export const ConfigureBody = Type.Object(
  {
    settings: strictRecord(Type.Union([Type.String({ pattern: ONE_LINE, maxLength: LONGEST_SETTING }), Type.Null()]), {
      keys: SETTING_NAME,
    }),
  },
  { additionalProperties: false },
)

export const LogsQuery = Type.Object(
  { replica: Type.Optional(Name), lines: Type.Integer({ minimum: 1, maximum: 10_000, default: 100 }) },
  { additionalProperties: false },
)
export const LogsView = Type.Object({ lines: Type.Array(Type.String()) })

/** A change that is undone when its lease ends: a setting, a number of replicas. */
export const LeaseBody = Type.Object(
  {
    service: Name,
    leaseMs: Type.Integer({
      minimum: 1_000,
      maximum: 60_000,
      description: 'The change is undone after it unless the lease is renewed. Milliseconds',
    }),
    takeBack: Type.Union([ConfigureBody, ScaleBody], { description: 'What undoes the change' }),
  },
  { additionalProperties: false },
)
export type LeaseBody = Static<typeof LeaseBody>
export const LeaseParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-z-]{1,64}$' }) })
export const SettledView = Type.Object({
  settled: Type.Boolean({ description: 'Whether the lease was known, and ended' }),
})
