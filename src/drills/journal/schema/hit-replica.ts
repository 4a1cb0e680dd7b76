import { type Static, Type } from '#typebox'
import { At, closed, orNull } from '../../../base/schema/terms.ts'

/** A replica that a fault has ended or frozen. */
export const HitReplica = Type.Object(
  {
    service: Type.String(),
    replica: Type.String(),
    endedAtMs: At('When that was seen'),
    readyAtMs: orNull(At('When the same replica was ready again; null when it was not by the end of the run')),
  },
  closed,
)

export type HitReplica = Static<typeof HitReplica>
