import { type Static, Type } from '#typebox'
import { At, closed, Ms } from '../../../base/schema/terms.ts'

/** The parts of a run, as its journal times them. */

const PHASES = [
  'describe',
  'gate',
  'load up',
  'calm',
  'inject',
  'watch',
  'lift',
  'settle',
  'stop load',
  'resolve',
  'count',
  'put back',
  'events',
] as const

/** A part of the run itself, and how long it took. */
export const Phase = Type.Object(
  {
    name: Type.Unsafe<(typeof PHASES)[number]>(Type.String({ description: PHASES.join(', ') })),
    startedAtMs: At('Begin'),
    tookMs: Ms('Length'),
  },
  closed,
)

export type Phase = Static<typeof Phase>
