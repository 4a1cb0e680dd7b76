import { describe, expect, it } from 'vitest'
import { formatRange, formatSeconds, formatSince } from './format-seconds.ts'

describe('formatSeconds', () => {
  it.each([
    [0, '0.00 s'],
    [-2, '0.00 s'],
    [311, '0.31 s'],
    [59_990, '59.99 s'],
    [60_000, '1 min'],
    [125_400, '2 min 5 s'],
    [-90_000, '-1 min 30 s'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatSeconds(ms)).toBe(text)
  })
})

describe('formatSince', () => {
  it.each([
    [1_320, '+1.32 s'],
    [-500, '-0.50 s'],
    [0, '+0.00 s'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatSince(ms)).toBe(text)
  })
})

describe('formatRange', () => {
  it.each([
    [0, 600, '0–0.60 s'],
    [310, 1_600, '0.31–1.60 s'],
    [15_000, 75_000, '15.00 s – 1 min 15 s'],
  ])('shows %d to %d ms as %s', (minMs, maxMs, text) => {
    expect(formatRange({ minMs, maxMs })).toBe(text)
  })
})
