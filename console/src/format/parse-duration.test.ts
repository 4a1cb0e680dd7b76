import { describe, expect, it } from 'vitest'
import { parseDuration } from './parse-duration.ts'

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['1m30s', 90_000],
    [' 1.5h ', 5_400_000],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '5', '5 s', 's', '-1s', '1d'])('does not read %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})
