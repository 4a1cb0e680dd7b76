import { describe, expect, it } from 'vitest'
import { formatComparison, holds, parseComparison } from './comparison.ts'

describe('parseComparison', () => {
  it.each([
    ['== 0', { operator: '==', value: 0 }],
    ['> 5', { operator: '>', value: 5 }],
    ['<=0.25', { operator: '<=', value: 0.25 }],
    ['  !=  -1e3 ', { operator: '!=', value: -1000 }],
    ['>= .5', { operator: '>=', value: 0.5 }],
    ['0.1..0.3', { operator: '..', min: 0.1, max: 0.3 }],
    [' -2 .. .5 ', { operator: '..', min: -2, max: 0.5 }],
    ['3..3', { operator: '..', min: 3, max: 3 }],
  ])('reads "%s"', (text, comparison) => {
    expect(parseComparison(text)).toEqual(comparison)
  })

  it.each(['', '0', '= 0', '=== 0', '> five', '> 1 2', '> 1e999', '=> 1', '3..1', '1..', '..2', '1..1e999'])(
    'refuses "%s"',
    (text) => {
      expect(parseComparison(text)).toBeUndefined()
    },
  )

  it('is written for people by formatComparison', () => {
    expect(formatComparison({ operator: '<', value: 0.5 })).toBe('< 0.5')
    expect(formatComparison({ operator: '..', min: 0, max: 0.5 })).toBe('in 0..0.5')
  })
})

describe('holds', () => {
  it.each([
    ['== 0', 0, true],
    ['== 0', 1, false],
    ['!= 0', 1, true],
    ['> 5', 5, false],
    ['>= 5', 5, true],
    ['< 5', 4.9, true],
    ['<= 5', 5.1, false],
    ['> 5', Number.POSITIVE_INFINITY, true],
    ['1..2', 1, true],
    ['1..2', 2, true],
    ['1..2', 2.1, false],
    ['1..2', Number.NaN, false],
    ['!= 0', Number.NaN, false],
    ['== 0', Number.NaN, false],
  ])('judges "%s" against %s as %s', (text, actual, expected) => {
    const comparison = parseComparison(text)
    expect(comparison && holds(comparison, actual)).toBe(expected)
  })
})
