import { describe, expect, it } from 'vitest'
import { failureDraws } from './failure-draws.ts'

const draw = (count: number, ratio: number, seed: number) => Array.from({ length: count }, failureDraws(ratio, seed))

describe('failureDraws', () => {
  it.each([0, 0.2, 0.5, 1])('fails about the given share of calls: %d', (ratio) => {
    const failed = draw(10_000, ratio, 7).filter(Boolean).length / 10_000
    expect(Math.abs(failed - ratio)).toBeLessThan(0.015)
  })

  it('gives the same answers for the same seed and others for another', () => {
    expect(draw(100, 0.2, 1)).toEqual(draw(100, 0.2, 1))
    expect(draw(100, 0.2, 1)).not.toEqual(draw(100, 0.2, 2))
  })
})
