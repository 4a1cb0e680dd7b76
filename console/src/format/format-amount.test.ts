import { describe, expect, it } from 'vitest'
import { formatAmount, formatCount, formatPercent, formatShortTime } from './format-amount.ts'

describe('formatAmount', () => {
  it.each([
    [0, '0'],
    [0.002_123_4, '0.002123'],
    [1_234.5, '1,235'],
    [-2, '−2'],
    [536_870_912, '536.9M'],
    [0.000_000_12, '1.20e−7'],
  ])('writes %d as %s', (value, text) => expect(formatAmount(value)).toBe(text))
})

describe('formatCount, formatPercent and formatShortTime', () => {
  it('write whole numbers, and percentages rounded down', () => {
    expect(formatCount(-1_234.4)).toBe('−1,234')
    expect(formatPercent(99.999_6)).toBe('99.999 %')
    expect(formatPercent(-12.34, 1)).toBe('−12.4 %')
  })
  it.each([
    [290, '290 ms'],
    [1_250, '1.25 s'],
    [2_000, '2 s'],
    [12_540, '12.5 s'],
    [185_000, '3 min 5 s'],
    [5_400_000, '1 h 30 min'],
  ])('write %d ms as %s', (ms, text) => expect(formatShortTime(ms)).toBe(text))
})
