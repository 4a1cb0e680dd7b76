import { describe, expect, it } from 'vitest'
import { budget } from '../expectations/budget.ts'
import { resultOf, sampled } from '../expectations/test-evidence.ts'
import type { MachineSample } from '../journal/schema/machine.ts'
import { allMet, missedOf, readExpectations, unjudgedOf } from './expectation-results.ts'
import type { Facts } from './facts.ts'
import { factsAt, ZERO_MS } from './test-facts.ts'

/** The machine was late for that share of each half second up to 10 s after the injection. */
function lateBy(share: number): MachineSample[] {
  const rest = { stalledMs: null, oursMs: null, othersMs: null, stolenMs: null, loopLateMs: 0 }
  return Array.from({ length: 20 }, (_, index) => ({
    atMs: ZERO_MS + (index + 1) * 500,
    forMs: 500,
    lateMs: 500 * share,
    ...rest,
  }))
}

/** The run of the other facts, which expects a share of a budget besides. */
function withBudget(facts: Facts): Facts {
  const expected = budget.build({ budget: { objective: 'store-users', atMost: '8%' } })
  return { ...facts, drill: { ...facts.drill, expectations: [...facts.drill.expectations, expected] } }
}

const kindsOf = (results: readonly { kind: string }[]) => results.map(({ kind }) => kind)

describe('readExpectations', () => {
  it('puts the floor beside what the monitoring decides, and nothing beside the rest', () => {
    const floors = readExpectations(factsAt(0)).map(({ floor }) => floor?.maxMs ?? null)
    expect(floors).toEqual([500, 600, 600, null, null])
  })

  it('says how late the machine was only where a bound was not kept', () => {
    const busy = (ms: number) => (facts: Facts) =>
      void Object.assign(facts, { machine: { samples: lateBy(0.5), widens: false } }, sampled(ms, 0)(facts))
    expect(resultOf('metric', busy(1_200))).toMatchObject({ met: false, lateMs: 600 })
    expect(resultOf('metric', busy(900))).not.toHaveProperty('lateMs')
  })

  it('widens a bound by what an accepted busy machine was late', () => {
    const accepted = (facts: Facts) => void Object.assign(facts, { machine: { samples: lateBy(0.5), widens: true } })
    expect(resultOf('metric', sampled(1_200, 0), accepted)).toMatchObject({ met: true, sinceInjectedMs: 1_200 })
    expect(resultOf('metric', sampled(2_500, 0), accepted)).toMatchObject({ met: false })
  })

  it('leaves open what a run that was stopped had not decided: bounds to come, budgets, and what did not happen', () => {
    const facts = withBudget({ ...factsAt(2_500), cutOffAtMs: ZERO_MS + 2_500 })
    const open = readExpectations(facts).filter(({ tried }) => !tried)
    expect(kindsOf(open)).toEqual(['steady', 'noOtherAlert', 'budget'])
    expect(open[0]?.observed).toBe('the run was stopped after 2.50 s, before this was judged')
  })
})

describe('the results of a run', () => {
  it('are missed, except for other alerts: the verdict names each of them', () => {
    const facts = factsAt(10_000)
    facts.observations.addRuleAlerts(
      [{ labels: { alertname: 'Odd' }, state: 'firing', activeAtMs: ZERO_MS + 400 }],
      ZERO_MS + 460,
    )
    const results = readExpectations(facts)
    expect(kindsOf(results.filter(({ met }) => !met))).toEqual(['metric', 'alert', 'action', 'noOtherAlert'])
    expect(kindsOf(missedOf(facts.drill, results))).toEqual(['metric', 'alert', 'action'])
  })

  it('are not judged where a budget could not be counted, unless the run was stopped', () => {
    const facts = withBudget({ ...factsAt(10_000), budgets: [] })
    expect(unjudgedOf(facts, readExpectations(facts)).map(({ observed }) => observed)).toEqual([
      'its events could not be counted',
    ])
    const stopped = { ...facts, cutOffAtMs: facts.nowMs }
    expect(unjudgedOf(stopped, readExpectations(stopped))).toEqual([])
  })

  it('are all met without the budget, for which the watch does not wait', () => {
    const facts = withBudget(factsAt(10_000))
    const { expectations } = facts.drill
    const quiet = { ...facts, drill: { ...facts.drill, expectations: expectations.slice(3) } }
    expect(kindsOf(readExpectations(quiet).filter(({ met }) => !met))).toEqual(['budget'])
    expect([allMet(quiet), allMet(facts)]).toEqual([true, false])
  })
})
