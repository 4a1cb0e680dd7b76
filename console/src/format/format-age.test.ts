import { describe, expect, it } from 'vitest'
import { formatAge } from './format-age.ts'

describe('formatAge', () => {
  it.each([
    [-500, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [11_400_000, '3 h 10 min'],
    [176_400_000, '2 d 1 h'],
  ])('writes %d ms as %s', (ms, text) => expect(formatAge(ms)).toBe(text))
})
