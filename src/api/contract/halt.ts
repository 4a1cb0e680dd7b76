import { type Static, Type } from '#typebox'
import { LiftView } from './faults.ts'

/** That everything is halted, since when and why. */
export const HaltView = Type.Object({
  sinceMs: Type.Number({ description: 'Epoch milliseconds' }),
  why: Type.String({ description: 'Empty when no reason was given' }),
  durable: Type.Boolean({ description: 'Whether it is on disk, and so outlives this control process' }),
})
export type HaltView = Static<typeof HaltView>

export const HaltBody = Type.Object(
  { why: Type.String({ maxLength: 500, default: '' }) },
  { additionalProperties: false },
)

/** Sent when every fault is lifted. */
export const HaltAnswer = Type.Object({ halted: HaltView, lifted: Type.Array(LiftView) })
export type HaltAnswer = Static<typeof HaltAnswer>

export const ReleaseAnswer = Type.Object({
  was: Type.Union([Type.Null(), HaltView], { description: 'null when nothing was halted' }),
})
export type ReleaseAnswer = Static<typeof ReleaseAnswer>
