import { Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { Count, closed, orNull } from '../../../base/schema/terms.ts'
import { LoadSummary, Saturation } from '../../../load/figures/load-summary.ts'

/** The load of a run: what it was to be, and how it went. */
export const JournalLoad = Type.Object(
  {
    ...LoadSummary.properties,
    journey: Type.String(),
    users: orNull(Count),
    ratePerSecondPlanned: orNull(Type.Number()),
    saturation: Saturation,
    thrown: Type.Optional(strictRecord(Count, { description: "Errors of the journey's own code, by message" })),
  },
  { ...closed, description: 'users is null in the open model, ratePerSecondPlanned in the closed one' },
)
