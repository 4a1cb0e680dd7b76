import { expect, it } from 'vitest'
import { formatCount, formatMs, formatPercent, formatRate } from './format-figure.ts'

it.each([
  [formatMs(0), '0 ms'],
  [formatMs(0.844), '0.84 ms'],
  [formatMs(12.34), '12.3 ms'],
  [formatMs(210.4), '210 ms'],
  [formatMs(999.6), '1.00 s'],
  [formatMs(125_000), '2 min 5 s'],
  [formatCount(12_345), '12,345'],
  [formatRate(9.46), '9.5/s'],
  [formatRate(0), '0/s'],
  [formatRate(1_234.5), '1,235/s'],
  [formatPercent(0), '0 %'],
  [formatPercent(0.00012), '0.012 %'],
  [formatPercent(0.034), '3.4 %'],
])('a figure reads as %s', (text, expected) => {
  expect(text).toBe(expected)
})
