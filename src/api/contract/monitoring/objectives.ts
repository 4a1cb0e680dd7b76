import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Ms, orNull } from '../../../base/schema/terms.ts'
import { HistoryRange } from './alerts.ts'

/** Schemas of objectives: what is left of each error budget, and how it came to that. */

export const ObjectiveId = Type.String({
  pattern: '^[\\w.:-]{1,300}$',
  description: 'Service and name, as in the label sloth_id: store-availability',
})

const Window = Type.String({ description: 'Its name in production time: 5m' })

const Events = Type.Object({
  total: Type.Number(),
  failed: Type.Number(),
  mayFail: Type.Number({ description: 'How many more of as many events; below 0 when it is too many already' }),
})

/** Two windows that must both burn too fast before an alert fires. */
const BurnLimit = Type.Object({
  severity: Type.Enum(['page', 'ticket']),
  factor: Type.Number({ description: 'How many times faster than sustainable' }),
  short: Window,
  long: Window,
  budgetPercent: Type.Number({
    description: 'Of the budget, that is gone when the long window has burnt at the limit',
  }),
})

/** One objective, or one group of an objective whose queries group. */
const Objective = Type.Object({
  id: ObjectiveId,
  service: Type.String(),
  objective: Type.String(),
  group: Type.Optional(strictRecord(Type.String())),
  outsideOf: Type.Optional(
    Type.String({ description: 'Of one that is measured where users are: the objective that is measured inside' }),
  ),
  description: Type.String({ description: 'Empty when it is not known' }),
  state: Type.Enum(['not enough data yet', 'no figure', 'ok', 'burning', 'exhausted']),
  targetPercent: orNull(Type.Number({ description: '99.9' })),
  periodMs: orNull(Ms('Over how long it is judged, on the clock of the rules')),
  sliPercent: orNull(Type.Number({ description: 'Share of good events over the period' })),
  budgetLeftPercent: orNull(Type.Number({ description: 'Below 0 when more than all is spent' })),
  budgetLeftMs: orNull(Ms('The same as time in which everything fails')),
  events: orNull(Events),
  burnRate: orNull(Type.Number({ description: 'Lately; 1 uses up the budget exactly in its period' })),
  exhaustedInMs: orNull(Ms('How long the budget lasts at this rate; null while it does not run out')),
  firing: Type.Array(Type.Enum(['page', 'ticket'])),
  burnRates: Type.Array(
    Type.Object({ window: Window, windowMs: Ms('Its length on the clock of the rules'), rate: orNull(Type.Number()) }),
    { description: 'Shortest window first' },
  ),
  limits: Type.Array(BurnLimit),
})
export type ObjectiveView = Static<typeof Objective>

export const ObjectivesView = Type.Object({ objectives: Type.Array(Objective) })
export type ObjectivesView = Static<typeof ObjectivesView>

export const ObjectiveQuery = Type.Object(
  { objective: ObjectiveId, rangeMs: HistoryRange },
  { additionalProperties: false },
)

const Values = Type.Array(orNull(Type.Number()), { description: 'One for each of the times' })

/** How one objective came to where it is. */
export const ObjectiveHistoryView = Type.Object({
  fromMs: At('Begin of the range'),
  toMs: At('End of the range'),
  stepMs: Ms('Between two times'),
  timesMs: Type.Array(At('When')),
  groups: Type.Array(
    Type.Object({
      group: Type.String({ description: 'host="a"; empty without one' }),
      budgetLeftPercent: Values,
      burnRates: Type.Array(Type.Object({ window: Window, rates: Values })),
      goodEvents: Values,
      failedEvents: Values,
    }),
    { maxItems: 8 },
  ),
})
export type ObjectiveHistoryView = Static<typeof ObjectiveHistoryView>
