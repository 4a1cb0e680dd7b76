import { describe, expect, it } from 'vitest'
import { profiles } from '../../stack/profile.ts'
import { floorOf, livenessClock } from './floor.ts'

describe('floorOf', () => {
  it('is 0 to 0.6 s, 0.3 s in the mean, for a refusing target on the lab profile', () => {
    const { timing } = profiles.lab
    expect(floorOf(timing, livenessClock(timing))).toEqual({
      seen: { minMs: 0, meanMs: 250, maxMs: 500 },
      firing: { minMs: 0, meanMs: 300, maxMs: 600 },
      received: { minMs: 0, meanMs: 300, maxMs: 600 },
    })
  })

  it.each([
    ['no hold', { scrapeMs: 1_000, groupWaitMs: 1_000 }, { forMs: 0, evaluationMs: 1_000 }, [1_000, 2_000, 3_000]],
    [
      'a hold of whole evaluations',
      { scrapeMs: 2_000, groupWaitMs: 1_000 },
      { forMs: 2_000, evaluationMs: 2_000 },
      [3_000, 5_000, 7_000],
    ],
    [
      'a hold shorter than an evaluation',
      { scrapeMs: 5_000, groupWaitMs: 1_000 },
      { forMs: 2_000, evaluationMs: 5_000 },
      [6_000, 11_000, 16_000],
    ],
    [
      'a hold of one and a half evaluations',
      { scrapeMs: 100, groupWaitMs: 0 },
      { forMs: 150, evaluationMs: 100 },
      [200, 300, 400],
    ],
  ])('adds up %s', (_, timing, rule, [minMs, meanMs, maxMs]) => {
    expect(floorOf(timing, rule).received).toEqual({ minMs, meanMs, maxMs })
  })

  it('adds what the failure lasts before it can show, to firing and not to seen', () => {
    const rule = { forMs: 1_000, evaluationMs: 1_000, shows: { minMs: 5_000, maxMs: 6_000 } }
    expect(floorOf({ scrapeMs: 1_000, groupWaitMs: 0 }, rule)).toEqual({
      seen: { minMs: 0, meanMs: 500, maxMs: 1_000 },
      firing: { minMs: 6_000, meanMs: 7_500, maxMs: 9_000 },
      received: { minMs: 6_000, meanMs: 7_500, maxMs: 9_000 },
    })
  })
})
