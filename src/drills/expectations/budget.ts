import { Type } from '#typebox'
import { formatRatio, parseRatio } from '../../base/units/ratio.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { closed, Objective } from '../fields.ts'
import type { BudgetCount } from '../journal/schema/budget.ts'
import { defineExpectation } from './expectation.ts'

/** No more of the objective's error budget is burnt than this share of it. Counted over the whole run. */
export const budget = defineExpectation({
  kind: 'budget',
  schema: Type.Object(
    {
      budget: Type.Object(
        {
          objective: Objective,
          atMost: Type.String({ format: 'ratio', description: "Share of the period's whole error budget: 5%" }),
        },
        closed,
      ),
    },
    closed,
  ),
  refusedForeign: {
    message: "budgets are counted for Firedrill's own objectives only",
    expected: 'a metric of your own rules, for example { metric: my:burn_rate, is: "< 1", … }',
  },
  build({ budget: { objective, atMost } }) {
    const atMostRatio = parseRatio(atMost) ?? 0
    const burnt = ({ budgets }: Evidence) => budgets?.find((count) => count.objective === objective)
    const sample = (source: string, count: BudgetCount | null | undefined) =>
      count ? [{ atMs: count.toMs, source, value: count.burntRatio, passes: count.burntRatio <= atMostRatio }] : []
    return {
      text: `budget of ${objective} burnt at most ${formatRatio(atMostRatio)}`,
      judgedAtEnd: true,
      see(evidence) {
        if (evidence.budgets === undefined) return { atMs: null, text: 'it is counted at the end' }
        const events = burnt(evidence)?.byEvents ?? undefined
        if (events === undefined) return { atMs: null, text: NOT_COUNTED, unjudged: true }
        const { total, failed, burntRatio } = events
        const text = `${formatRatio(burntRatio)}: ${failed} of ${total} events failed`
        return { atMs: null, text, met: burntRatio <= atMostRatio }
      },
      samples(evidence) {
        const { byEvents, byRules } = burnt(evidence) ?? {}
        return [...sample('burnt, by events', byEvents), ...sample('burnt, by the rules', byRules)]
      },
    }
  },
})

/** What is observed of a budget whose events could not be counted. */
export const NOT_COUNTED = 'its events could not be counted'
