import { describe, expect, it } from 'vitest'
import { proofAge } from './proof-age.ts'

const DAY_MS = 86_400_000

describe('proofAge', () => {
  it.each([
    [undefined, 'never', 'never'],
    [0, 'fresh', 'just now'],
    [3_600_000, 'fresh', '1 h ago'],
    [2 * DAY_MS, 'recent', '2 d ago'],
    [8 * DAY_MS, 'aging', '8 d ago'],
    [31 * DAY_MS, 'old', '31 d ago'],
    [-5_000, 'fresh', 'just now'],
  ])('of a proof %s ms ago is %s: %s', (ageMs, level, text) => {
    const nowMs = 1_700_000_000_000
    expect(proofAge(ageMs === undefined ? undefined : nowMs - ageMs, nowMs)).toEqual({ level, text })
  })
})
