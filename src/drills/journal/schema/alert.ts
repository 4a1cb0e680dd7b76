import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, closed } from '../../../base/schema/terms.ts'

/** An alert that fired and that no `alert` expectation covers. */
export const OtherAlert = Type.Object(
  {
    alertname: Type.String(),
    labels: strictRecord(Type.String()),
    activeAtMs: At('Became active'),
    firedAtMs: At('Was first seen firing'),
    why: Type.Optional(
      Type.String({ description: 'What it is judged by, where that is not plain: silenced by alice: deploy' }),
    ),
    times: Type.Optional(
      Type.Integer({ minimum: 2, description: 'How often it fired, where that was more than once' }),
    ),
  },
  closed,
)

export type OtherAlert = Static<typeof OtherAlert>
