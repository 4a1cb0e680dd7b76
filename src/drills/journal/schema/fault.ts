import { type Static, Type } from '#typebox'
import { At, closed, orNull } from '../../../base/schema/terms.ts'

/** A fault in a journal: how it landed and how it was lifted. */

const Landing = Type.Object(
  { landed: Type.Boolean(), atMs: At('When the effect was seen'), proof: Type.String() },
  closed,
)

/** A fault as the injector acknowledged it. */
export const InjectedFault = Type.Object({
  id: Type.String(),
  injectedAtMs: At('The acknowledgement of the injection'),
  landing: Landing,
})

/** A fault that was undone; `changed` is false when there was nothing left to undo. */
export const LiftedFault = Type.Object(
  { liftedAtMs: At('When'), changed: Type.Boolean(), detail: Type.String() },
  closed,
)

/** A fault of a run: its step, its landing and its lifting. */
export const JournalFault = Type.Object({
  ...InjectedFault.properties,
  fault: Type.String(),
  service: Type.String(),
  replica: orNull(Type.String()),
  lifted: orNull(LiftedFault),
})

export type InjectedFault = Static<typeof InjectedFault>
export type LiftedFault = Static<typeof LiftedFault>
export type JournalFault = Static<typeof JournalFault>
