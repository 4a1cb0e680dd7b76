import { describe, expect, it } from 'vitest'
import type { BudgetBurnt, BudgetCount } from '../journal/schema/budget.ts'
import { factsAt, ZERO_MS } from '../judge/test-facts.ts'
import { budget } from './budget.ts'

const expectation = budget.build({ budget: { objective: 'store-users', atMost: '8%' } })
const count = (burntRatio: number): BudgetCount => ({ total: 200, failed: 4, burntRatio, toMs: ZERO_MS + 9_000 })

/** The budget of the expected objective after a run, as it was counted in the two ways. */
function counted(byEvents: BudgetCount | null, byRules: BudgetCount | null): BudgetBurnt[] {
  const times = { periodMs: 1, fromMs: ZERO_MS, toMs: ZERO_MS + 9_000 }
  return [
    { objective: 'store-users', service: 'store', name: 'users', targetPercent: 99.9, ...times, byEvents, byRules },
  ]
}

describe('budget', () => {
  it.each([
    ['less than its share is burnt', count(0.05), { text: '5 %: 4 of 200 events failed', met: true }],
    ['exactly its share is burnt', count(0.08), { text: '8 %: 4 of 200 events failed', met: true }],
    ['more than its share is burnt', count(0.081), { text: '8.1 %: 4 of 200 events failed', met: false }],
    ['its events are not there', null, { text: 'its events could not be counted', unjudged: true }],
  ])('says so when %s', (_, byEvents, seen) => {
    expect(expectation.see({ ...factsAt(9_000), budgets: counted(byEvents, null) })).toEqual({ atMs: null, ...seen })
  })

  it('is counted at the end, and not waited for', () => {
    expect(expectation).toMatchObject({ judgedAtEnd: true, withinMs: null })
    expect(expectation.see(factsAt(9_000))).toEqual({ atMs: null, text: 'it is counted at the end' })
  })

  it('is judged by events, and shows beside them what the rules counted', () => {
    expect(expectation.samples({ ...factsAt(9_000), budgets: counted(count(0.09), count(0.07)) })).toEqual([
      { atMs: ZERO_MS + 9_000, source: 'burnt, by events', value: 0.09, passes: false },
      { atMs: ZERO_MS + 9_000, source: 'burnt, by the rules', value: 0.07, passes: true },
    ])
  })
})
