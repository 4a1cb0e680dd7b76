import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const now = Date.UTC(2026, 0, 1)

describe('Retry-After', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:05 GMT', 5_000],
    ['a date in the past', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['a century', '3153600000', 3_600_000],
    ['neither', 'soon', undefined],
    ['nothing', null, undefined],
  ])('reads %s', (_, header, ms) => expect(parseRetryAfter(header, now)).toBe(ms))
})
