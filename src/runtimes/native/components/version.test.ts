import { describe, expect, it } from 'vitest'
import { compareVersions } from './version.ts'

describe('compareVersions', () => {
  it.each([
    ['2.42.0', '2.40', 1, 'a newer minor'],
    ['0.25', '0.25.0', 0, 'a missing part is 0'],
    ['2.9', '2.40', -1, 'parts are numbers, not text'],
    ['14', '15.18', -1, 'an older major'],
    ['18.4', '14', 1, 'a newer major'],
  ])('%s against %s is %i: %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign)
  })
})
