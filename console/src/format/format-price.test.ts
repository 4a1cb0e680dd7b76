import { describe, expect, it } from 'vitest'
import { formatChange, formatPrice, trendOf } from './format-price.ts'

describe('formatPrice', () => {
  it.each([
    [1_234.5, '1,234.50'],
    [99.999, '100.00'],
    [0.012_345_6, '0.012346'],
    [0.5, '0.5'],
    [0, '0.00'],
  ])('writes %d as %s', (price, text) => expect(formatPrice(price)).toBe(text))
})

describe('formatChange and trendOf', () => {
  it.each([
    [1.5, '+1.50', 'up'],
    [-0.25, '−0.25', 'down'],
    [0, '0.00', 'flat'],
    [-0.001, '0.00', 'flat'],
    [-1_200, '−1,200.00', 'down'],
  ])('write %d as %s, which goes %s', (change, text, trend) => {
    expect(formatChange(change)).toBe(text)
    expect(trendOf(change)).toBe(trend)
  })
})
