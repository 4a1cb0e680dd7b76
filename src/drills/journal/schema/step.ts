import { type Static, Type } from '#typebox'
import { At, closed, oneOfWords, orNull } from '../../../base/schema/terms.ts'

/** What became of one step of the method. */
export const JournalStep = Type.Object(
  {
    index: Type.Integer({ minimum: 0, description: "Place in the file's method, from 0" }),
    kind: oneOfWords('fault', 'action'),
    text: Type.String({ description: 'kill store, configure store RISKY_FAILURE_RATIO=0%, scale worker to 3' }),
    due: Type.String({ description: 'What it was to begin at: at 2 s; when ServiceDown fires, within 5 s' }),
    startedAtMs: orNull(At('Begin; null when it did not begin')),
    endedAtMs: orNull(At('End')),
    ok: Type.Boolean({ description: 'Whether it did what it says: a fault landed, an action succeeded' }),
    detail: Type.String(),
    putBack: orNull(
      Type.Object(
        { atMs: At('When'), ok: Type.Boolean(), detail: Type.String() },
        {
          ...closed,
          description: 'How it was put back at the end of the run; null when there was nothing to put back',
        },
      ),
    ),
  },
  closed,
)

export type JournalStep = Static<typeof JournalStep>
