import { type Static, Type } from '#typebox'
import { At, closed, Ms, oneOfWords, orNull } from '../../../base/schema/terms.ts'
import { STAGE_NAMES } from './stage-names.ts'

/** A stage on the way from a fault to an alert that is resolved. */
export const Stage = Type.Object(
  {
    name: oneOfWords(...STAGE_NAMES),
    atMs: orNull(At('When; null when it was not observed, and detail says why')),
    sinceInjectedMs: orNull(Ms('Since the injection')),
    source: Type.String({ description: 'Where the time was read' }),
    resolutionMs: Ms('How fine that clock is'),
    detail: Type.String(),
  },
  closed,
)

export type Stage = Static<typeof Stage>
export type StageName = Stage['name']
