import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../base/random.ts'
import { Histogram } from './histogram.ts'

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

/** The nearest-rank percentile, by sorting. */
function exact(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? Number.NaN
}

const random = seededRandom(5)
/** From microseconds to minutes, evenly over the powers of ten. */
const spread = Array.from({ length: 20_000 }, () => Math.round(10 ** (random() * 8)))

describe('Histogram', () => {
  it('is all zeros when empty', () => {
    const histogram = new Histogram()
    expect([histogram.count, histogram.max, histogram.mean, histogram.percentile(99)]).toEqual([0, 0, 0, 0])
  })

  it.each([0, 1, 50, 90, 95, 99, 99.9, 99.99])('has percentile %s within 0.1 % of the sorted values', (percent) => {
    const value = exact(spread, percent)
    expect(Math.abs(filled(spread).percentile(percent) - value)).toBeLessThanOrEqual(value * 0.001)
  })

  it('has the largest value and the mean exactly', () => {
    const histogram = filled(spread)
    expect(histogram.max).toBe(Math.max(...spread))
    expect(histogram.mean).toBeCloseTo(spread.reduce((a, b) => a + b, 0) / spread.length, 6)
    expect(histogram.percentile(100)).toBe(histogram.max)
  })

  it('adds up exactly: its parts, packed or not, have the percentiles of the whole', () => {
    const whole = filled(spread)
    const sum = filled(spread.filter((_, index) => index % 3 === 0))
    sum.add(filled(spread.filter((_, index) => index % 3 === 1)))
    sum.addPacked(JSON.parse(JSON.stringify(filled(spread.filter((_, index) => index % 3 === 2)).pack())))
    expect(sum.pack()).toEqual(whole.pack())
    expect(Histogram.from(whole.pack()).pack()).toEqual(whole.pack())
  })

  it('is as new when cleared', () => {
    const histogram = filled(spread)
    histogram.clear()
    expect(histogram.pack()).toEqual(new Histogram().pack())
    histogram.record(7)
    expect(histogram.percentile(50)).toBe(7)
  })

  it.each([
    ['below zero', -5, 0],
    ['beyond 71 minutes', 1e12, 2 ** 32 - 1],
  ])('keeps what is %s in range', (_, value, kept) => {
    expect(filled([value]).percentile(50)).toBe(kept)
  })
})
