import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, closed, orNull } from '../../../base/schema/terms.ts'
import { SecondFigures } from '../../../load/figures/load-summary.ts'

/** What happened second by second, for graphs. */
export const JournalSeries = Type.Object(
  {
    startMs: At('Begin of the first second, a whole one'),
    load: SecondFigures,
    up: Type.Array(
      Type.Object(
        {
          service: Type.String(),
          instance: Type.String(),
          changes: Type.Array(Type.Object({ atMs: At('When'), up: Type.Boolean() }, closed)),
        },
        closed,
      ),
      {
        description:
          'Scrapes of the services that the drill is about: the first one, and each that differs from the one before',
      },
    ),
    alerts: Type.Array(
      Type.Object(
        {
          alertname: Type.String(),
          labels: strictRecord(Type.String()),
          pendingAtMs: At('Became active'),
          firingAtMs: orNull(At('Fired')),
          endedAtMs: orNull(At('Was last seen, when it was over at the end')),
        },
        closed,
      ),
      { description: 'Every alert that was at least pending' },
    ),
  },
  closed,
)

export type JournalSeries = Static<typeof JournalSeries>
