import { describe, expect, it } from 'vitest'
import { parseDurationRange, writeDurationRange } from './duration-range.ts'

describe('a range of durations', () => {
  it.each([
    ['10s..15s', { minMs: 10_000, maxMs: 15_000 }],
    ['0s..500ms', { minMs: 0, maxMs: 500 }],
    ['5s', { minMs: 5_000, maxMs: 5_000 }],
  ])('is read from %s, and written so', (text, range) => {
    expect(parseDurationRange(text)).toEqual(range)
    expect(writeDurationRange(range)).toBe(text)
  })

  it.each(['', '5', '5s..', '..5s', '5s..4s', '1s..2s..3s', 'soon'])('is not read from "%s"', (text) => {
    expect(parseDurationRange(text)).toBeUndefined()
  })
})
