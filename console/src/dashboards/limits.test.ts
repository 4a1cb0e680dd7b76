import { describe, expect, it } from 'vitest'
import { limitLines, toneOf } from './limits.ts'

describe('toneOf', () => {
  it.each([
    [0.5, { warn: 1, bad: 2 }, 'good'],
    [1, { warn: 1, bad: 2 }, 'wait'],
    [2, { warn: 1, bad: 2 }, 'bad'],
    [2, { bad: 2 }, 'bad'],
    [1.9, { bad: 2 }, 'good'],
    [0.99, { warn: 0.9, bad: 0.8, below: true as const }, 'good'],
    [0.9, { warn: 0.9, bad: 0.8, below: true as const }, 'good'],
    [0.85, { warn: 0.9, bad: 0.8, below: true as const }, 'wait'],
    [0.79, { warn: 0.9, bad: 0.8, below: true as const }, 'bad'],
    [0, { bad: 1, below: true as const }, 'bad'],
    [1, { bad: 1, below: true as const }, 'good'],
  ])('of %d with %o is %s, as Grafana colours it', (value, limits, tone) => {
    expect(toneOf(value, limits)).toBe(tone)
  })

  it('has no value without limits', () => {
    expect(toneOf(1, undefined)).toBeUndefined()
    expect(limitLines(undefined)).toEqual([])
  })
})
