import { describe, expect, it } from 'vitest'
import { makePacing, type Shape, shapes } from './pacing.ts'

const second = 1_000
const pacing = (shape: Shape, ratePerSecond = 100, durationMs = 10 * second) =>
  makePacing({ shape, ratePerSecond, durationMs })

describe('makePacing', () => {
  it.each<[shape: Shape, total: number, ratesAt: [seconds: number, rate: number][]]>([
    [
      'constant',
      1_000,
      [
        [0, 100],
        [5, 100],
        [10, 100],
      ],
    ],
    [
      'stepped',
      600,
      [
        [0, 20],
        [1.9, 20],
        [2.1, 40],
        [5, 60],
        [9, 100],
      ],
    ],
    [
      'ramp',
      500,
      [
        [0, 0],
        [5, 50],
        [10, 100],
      ],
    ],
    [
      'spike',
      360,
      [
        [0, 20],
        [3.9, 20],
        [4.1, 100],
        [5.9, 100],
        [6.1, 20],
      ],
    ],
  ])('%s: has these arrivals, at these rates', (shape, total, ratesAt) => {
    const paced = pacing(shape)
    expect(paced.total).toBe(total)
    for (const [seconds, rate] of ratesAt) expect(paced.rateAt(seconds * second)).toBeCloseTo(rate)
  })

  it.each(Object.keys(shapes) as Shape[])('%s: an arrival is due at its time, and not before', (shape) => {
    const paced = pacing(shape, 97.3, 7_777)
    for (let arrival = 0; arrival < paced.total; arrival += 1) {
      const atMs = paced.timeOf(arrival)
      expect(paced.dueBy(atMs + 1e-6)).toBe(arrival + 1)
      if (atMs > 0) expect(paced.dueBy(atMs - 1e-3)).toBe(arrival)
    }
    expect(paced.timeOf(paced.total)).toBe(Number.POSITIVE_INFINITY)
    expect(paced.dueBy(1e9)).toBe(paced.total)
  })

  it('spaces a constant rate evenly, from the first moment', () => {
    const paced = pacing('constant', 500)
    expect([0, 1, 2, 250].map((arrival) => paced.timeOf(arrival))).toEqual([0, 2, 4, 500])
  })
})
