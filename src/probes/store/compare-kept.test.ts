import { describe, expect, it } from 'vitest'
import { compareKept } from './compare-kept.ts'

const up = (instance: string, times: readonly number[], value = 1) => ({
  labels: { __name__: 'up', job: 'store', instance },
  samples: times.map((atMs) => ({ atMs, value })),
})

describe('what a store has of the samples of a Prometheus', () => {
  it('is all until the newest sample that both have, where none is missing', () => {
    const both = [up('a', [1_000, 2_000]), up('b', [1_300, 2_300])]
    expect(compareKept(both, both, 2_900)).toEqual({ completeUntilMs: 2_300, behindMs: 0, foreign: [] })
  })

  it('is all until the first sample that is missing, although it has later ones of other series', () => {
    const own = [up('a', [1_000, 2_000, 3_000]), up('b', [1_300, 2_300, 3_300])]
    const kept = [up('a', [1_000]), up('b', [1_300, 2_300, 3_300])]
    expect(compareKept(own, kept, 3_500)).toEqual({ completeUntilMs: 1_999, behindMs: 1_500, foreign: [] })
  })

  it('is not all beyond a hole, which Prometheus sends no more', () => {
    const own = [up('a', [1_000, 2_000, 3_000, 4_000])]
    expect(compareKept(own, [up('a', [1_000, 3_000, 4_000])], 4_100)).toMatchObject({
      completeUntilMs: 1_999,
      behindMs: 2_100,
    })
  })

  it('is nothing where it has none of them', () => {
    const own = [up('a', [1_000, 2_000])]
    for (const kept of [[], [up('b', [500])]]) {
      expect(compareKept(own, kept, 2_500)).toEqual({ completeUntilMs: undefined, behindMs: 1_500, foreign: [] })
    }
  })

  it('is of another Prometheus too, where series or samples are there that this one does not have', () => {
    const own = [up('a', [1_000, 2_000])]
    const other = { labels: { __name__: 'up', job: 'their store' }, samples: [{ atMs: 1_500, value: 1 }] }
    expect(compareKept(own, [...own, other], 2_500).foreign).toEqual(['up{job="their store"}'])
    expect(compareKept(own, [up('a', [1_000, 1_700, 2_000])], 2_500).foreign).toEqual(['up{job="store", instance="a"}'])
  })

  it('may have what was before Prometheus had its first sample, and marks where a series has ended', () => {
    const own = [up('a', [2_000, 3_000])]
    const kept = [{ ...up('a', [500, 1_500, 2_000, 3_000]) }, up('gone', [500]), { ...up('b', [2_500], Number.NaN) }]
    expect(compareKept(own, kept, 3_100)).toEqual({ completeUntilMs: 3_000, behindMs: 0, foreign: [] })
  })
})
