import { describe, expect, it } from 'vitest'
import { type BudgetReadings, budgetStatus } from './budget.ts'

const hour = 3_600_000
const period = { targetRatio: 0.999, periodMs: 720 * hour }
const status = (readings: Partial<BudgetReadings>) =>
  budgetStatus({ service: 'shop', objective: 'orders', firing: [], ...readings })

describe('the state of a budget', () => {
  it.each([
    ['nothing is recorded yet', {}],
    ['there was no event', { ...period }],
    ['there is a ratio but nobody says of what', { periodErrorRatio: 0.1 }],
  ])('is "not enough data yet" while %s', (_why, readings) => {
    expect(status(readings).state).toBe('not enough data yet')
  })

  it.each([
    ['nothing failed', 0, 0, 'ok', 100, 0],
    ['a quarter is spent and nothing fails now', 0.000_25, 0, 'ok', 75, 0],
    ['it burns just as fast as it may', 0.000_25, 0.001, 'ok', 75, 1],
    ['it burns twice as fast', 0.000_25, 0.002, 'burning', 75, 2],
    ['all is spent', 0.001, 0, 'exhausted', 0, 0],
    ['three times all is spent', 0.003, 1, 'exhausted', -200, 1_000],
  ])('when %s', (_when, periodErrorRatio, currentErrorRatio, state, budgetLeftPercent, burnRate) => {
    expect(status({ ...period, periodErrorRatio, currentErrorRatio })).toMatchObject({
      state,
      budgetLeftPercent,
      burnRate,
    })
  })

  it('gives what is left as time of complete failure, and as events', () => {
    const one = status({ ...period, periodErrorRatio: 0.000_25, failedEvents: 3, totalEvents: 12_000 })
    expect(one.budgetLeftMs).toBe(1_944_000)
    expect(one.events).toEqual({ total: 12_000, failed: 3, mayFail: 9 })
  })

  it('gives the time at which the budget is exhausted only when it will be', () => {
    expect(status({ ...period, periodErrorRatio: 0.0005, currentErrorRatio: 0.01 }).exhaustedInMs).toBe(36 * hour)
    expect(status({ ...period, periodErrorRatio: 0.0005, currentErrorRatio: 0.001 }).exhaustedInMs).toBeUndefined()
    expect(status({ ...period, periodErrorRatio: 0.0005 })).not.toHaveProperty('burnRate')
  })

  it('has no number that is not finite, for any objective', () => {
    for (const targetRatio of [0.5, 0.9, 0.999, 1]) {
      for (const periodErrorRatio of [0, 0.3, 1]) {
        for (const currentErrorRatio of [0, 1]) {
          const one = status({
            ...period,
            targetRatio,
            periodErrorRatio,
            currentErrorRatio,
            totalEvents: 0,
            failedEvents: 0,
          })
          const numbers = Object.values({ ...one, ...one.events }).filter((value) => typeof value === 'number')
          expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([])
        }
      }
    }
  })

  it('of an objective of 100 % is exhausted by the first failure', () => {
    expect(status({ ...period, targetRatio: 1, periodErrorRatio: 0 }).state).toBe('ok')
    expect(status({ ...period, targetRatio: 1, periodErrorRatio: 1e-9 }).state).toBe('exhausted')
  })
})
