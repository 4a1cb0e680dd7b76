import { describe, expect, it } from 'vitest'
import { momentOf } from './moment.ts'

/** A Sunday. */
const NOW = Date.parse('2026-11-29T12:00:00Z')

describe('a moment', () => {
  it.each([
    ['sunday 13:00', '2026-11-29T13:00'],
    ['sunday 03:00', '2026-12-06T03:00'],
    ['Mon 03:00', '2026-11-30T03:00'],
    ['23:15', '2026-11-29T23:15'],
    ['11:15', '2026-11-30T11:15'],
    ['2026-12-24 18:30', '2026-12-24T18:30'],
    ['2026-12-24T18:30Z', '2026-12-24T18:30'],
    ['2026-12-24 18:30 Europe/Berlin', '2026-12-24T17:30'],
    ['2026-07-24 18:30 Europe/Berlin', '2026-07-24T16:30'],
    ['monday 03:00 Asia/Tokyo', '2026-11-29T18:00'],
  ])('%s is read', (text, expected) => {
    expect(new Date(momentOf(text, NOW)).toISOString().slice(0, 16)).toBe(expected)
  })

  it.each(['', 'soon', 'sunday', 'sunday 3', 'sunday 25:00', '2026-02-30 10:00', '12:00 Nowhere/Else', '12:75'])(
    '"%s" is not one',
    (text) => {
      expect(() => momentOf(text, NOW)).toThrow('not a moment')
    },
  )
})
