import { type Static, Type } from 'typebox'
import { At, closed, Ms, oneOfWords, orNull } from '../../../base/schema/terms.ts'

/** A stage on the way from a fault to an alert that is resolved. */
export const Stage = Type.Object(
  {
    name: oneOfWords(
      'injected',
      'seen',
      'pending',
      'firing',
      'notified',
      'received',
      'acting',
      'acted',
      'good again',
      'resolved',
    ),
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
