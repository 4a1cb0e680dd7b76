import { describe, expect, it } from 'vitest'
import { burntRatio, cutEvenly } from './count-budgets.ts'

describe('burntRatio', () => {
  it.each([
    ['nothing failed', 99.9, 1_000, 0, 0.5, 0],
    ['there was nothing', 99.9, 0, 0, 0.5, 0],
    ['all that may fail failed, over the whole period', 99.9, 1_000, 1, 1, 1],
    ['it failed ten times too often, for a tenth of the period', 99, 1_000, 100, 0.1, 1],
    ['half of everything failed, for a thousandth of the period', 99, 200, 100, 0.001, 0.05],
    ['one failed where none may', 100, 1_000, 1, 0.001, 1],
  ])(
    'when %s: of %f %%, %i events, %i failed, in %f of the period, is %f',
    (_, targetPercent, total, failed, share, expected) => {
      expect(burntRatio({ targetPercent }, { total, failed }, share)).toBeCloseTo(expected, 9)
    },
  )
})

describe('cutEvenly', () => {
  it.each([
    [4_271, 1_000, 4, 1_068],
    [500, 1_000, 1, 500],
    [120_000, 1_000, 40, 3_000],
  ])('cuts %i ms into steps of at least %i ms: %i of %i ms', (lengthMs, leastMs, steps, stepMs) => {
    expect(cutEvenly(lengthMs, leastMs)).toEqual({ steps, stepMs })
  })
})
