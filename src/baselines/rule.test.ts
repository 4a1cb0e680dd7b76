import { describe, expect, it } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { leastP, mannWhitneyP } from './mann-whitney.ts'
import { canBeFound, judgePairs, runsNeeded, SLOWER } from './rule.ts'

type Draw = (random: () => number) => number

const normal: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** How times of drills are spread, in milliseconds. */
const SPREADS: readonly [string, Draw][] = [
  ['a tenth around the mean', (random) => 1_000 * (1 + 0.1 * normal(random))],
  ['three tenths around the mean', (random) => 1_000 * Math.max(0.05, 1 + 0.3 * normal(random))],
  ['even, as the phase of scrape and evaluation is', (random) => 50 + 550 * random()],
  ['with a long tail, as on a busy machine', (random) => 600 * Math.exp(0.5 * normal(random))],
]

/** Share of made-up checks in which something is called slower, when `factor` is what all times after were multiplied by. */
function alarms(draw: Draw, options: { checks: number; figures: number; runs: number; factor: number }): number {
  const { checks, figures, runs, factor } = options
  const random = seededRandom(7)
  const sample = (times: number) => Array.from({ length: runs }, () => draw(random) * times)
  let found = 0
  for (let check = 0; check < checks; check += 1) {
    const pairs = Array.from({ length: figures }, () => ({ before: sample(1), after: sample(factor) }))
    if (judgePairs(pairs).some(({ slower }) => slower)) found += 1
  }
  return found / checks
}

describe('what counts as slower', () => {
  it.each(SPREADS)('raises a false alarm in less than one of a hundred checks of ten figures: %s', (_, draw) => {
    expect(alarms(draw, { checks: 1_000, figures: 10, runs: 10, factor: 1 })).toBeLessThan(0.01)
    expect(alarms(draw, { checks: 2_000, figures: 2, runs: 5, factor: 1 })).toBeLessThan(0.01)
  })

  it('finds half as long again in five runs of one drill', () => {
    const [, draw] = SPREADS[0] ?? ['', () => 0]
    expect(alarms(draw, { checks: 300, figures: 2, runs: 5, factor: 1.5 })).toBeGreaterThan(0.95)
  })

  it.each([
    ['almost always where times are spread by two tenths', 0.2, 0.95],
    ['three times in four where they are spread by three tenths', 0.3, 0.7],
  ])('finds half as long again in ten runs: %s', (_, spread, share) => {
    const draw: Draw = (random) => 1_000 * Math.max(0.05, 1 + spread * normal(random))
    expect(alarms(draw, { checks: 300, figures: 2, runs: 10, factor: 1.5 })).toBeGreaterThan(share)
  })

  it('is not what is certain, but too small to matter', () => {
    const before = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109]
    const [by] = judgePairs([{ before, after: before.map((ms) => ms + 90) }])
    expect(by).toMatchObject({ slower: false, shiftMs: 90 })
    const [tenth] = judgePairs([{ before: before.map((ms) => ms * 100), after: before.map((ms) => ms * 110) }])
    expect(tenth?.slower).toBe(false)
  })

  it('is what never happened any more', () => {
    const never = Array.from({ length: 5 }, () => Number.POSITIVE_INFINITY)
    expect(judgePairs([{ before: [300, 310, 320, 330, 340], after: never }])).toMatchObject([
      { slower: true, shiftMs: Number.POSITIVE_INFINITY },
    ])
  })
})

describe('mannWhitneyP', () => {
  it.each([
    ['all above: one of all 252 choices', [1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 1 / 252],
    ['all below', [6, 7], [1, 2], 1],
    // By hand: of the six choices of two ranks, those with a sum of at least 2 + 4 are {2,4} and {3,4}.
    ['interleaved', [1, 3], [2, 4], 2 / 6],
    ['nothing but ties', [1, 1, 1], [1, 1, 1], 1],
    ['never, twice', [1, 2, 3], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 1 / 10],
    ['an empty sample', [], [1], 1],
  ])('is exact: %s', (_, before, after, p) => {
    expect(mannWhitneyP(before, after)).toBeCloseTo(p, 12)
  })

  it('can be no less than leastP', () => {
    expect(leastP(5, 5)).toBeCloseTo(1 / 252, 12)
    expect(leastP(10, 5)).toBeCloseTo(1 / 3_003, 12)
  })
})

describe('how many runs are needed', () => {
  it('grows with the figures that are compared, and shrinks with the runs of the baseline', () => {
    expect(canBeFound(5, 5, 2)).toBe(true)
    expect(canBeFound(5, 5, 34)).toBe(false)
    expect([runsNeeded(5, 2), runsNeeded(8, 34), runsNeeded(12, 34), runsNeeded(20, 34)]).toEqual([5, 7, 5, 5])
    expect(runsNeeded(1, 34)).toBeUndefined()
  })

  it('keeps to what is documented', () => {
    expect(SLOWER).toEqual({ alpha: 0.008, relative: 0.25, absoluteMs: 100, minRuns: 5, maxRuns: 30 })
  })
})
