import { type Static, Type } from '#typebox'
import { At, closed, Ms, orNull } from '../../../base/schema/terms.ts'

/** What one way of counting found of an objective's error budget. */
export const BudgetCount = Type.Object(
  {
    total: Type.Number({ description: 'Events' }),
    failed: Type.Number({ description: 'Events that failed' }),
    burntRatio: Type.Number({
      description:
        "Share of the period's budget that is gone, at the traffic of this run; 0.02 is 2 %, 2 is twice all of it",
    }),
    toMs: At('Until when it was counted'),
  },
  closed,
)

/** How much of one objective's error budget a run has cost, counted in two ways. Durations on the stack's clock. */
export const BudgetBurnt = Type.Object(
  {
    objective: Type.String({ description: 'Service and name: store-availability' }),
    service: Type.String(),
    name: Type.String(),
    targetPercent: Type.Number(),
    outsideOf: Type.Optional(
      Type.String({
        description: 'The objective of the service that promises the same; this one is measured at its users',
      }),
    ),
    periodMs: Ms('What the whole budget is for'),
    fromMs: At('Since when it was counted'),
    toMs: At('Until when'),
    byEvents: orNull(
      Type.Object(
        {
          ...BudgetCount.properties,
          unserved: Type.Optional(Type.Number({ description: 'Of older runs: requests that nothing answered' })),
        },
        { ...closed, description: 'From the counters that the objective is judged by, event by event' },
      ),
    ),
    byRules: orNull(BudgetCount),
  },
  closed,
)

export type BudgetCount = Static<typeof BudgetCount>
export type BudgetBurnt = Static<typeof BudgetBurnt>
