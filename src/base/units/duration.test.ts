import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration, parsePromDuration, promDuration } from './duration.ts'

describe('parseDuration', () => {
  it.each([
    ['milliseconds', '250ms', 250],
    ['seconds with a fraction', '1.5s', 1_500],
    ['minutes', '2m', 120_000],
    ['a compound', '1h30m', 5_400_000],
    ['zero', '0s', 0],
  ])('reads %s', (_, text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', '5', 's', '5 s', '-1s', '1s2', '1w', 'NaNs'])('does not read %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  )
})

describe('promDuration', () => {
  it.each([
    [0, '0s'],
    [500, '500ms'],
    [90_000, '90s'],
    [300_000, '5m'],
    [166.67, '167ms'],
    [2_592_000_000, '30d'],
  ])('writes %d ms as %s', (ms, text) => expect(promDuration(ms)).toBe(text))

  it('writes what parseDuration reads back', () => {
    for (const ms of [1, 999, 1_000, 61_000, 3_600_000]) expect(parseDuration(promDuration(ms))).toBe(ms)
  })
})

describe('formatDuration', () => {
  it.each([
    [84.4, '84 ms'],
    [1_320, '1.32 s'],
    [12_345, '12.3 s'],
    [59_999, '1 min'],
    [125_000, '2 min 5 s'],
    [-50, '-50 ms'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('parsePromDuration', () => {
  it.each([
    ['0', 0],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['2w', 14 * 86_400_000],
    ['1y1ms', 365 * 86_400_000 + 1],
  ])('reads %s as Prometheus does', (text, ms) => {
    expect(parsePromDuration(text)).toBe(ms)
  })

  it.each(['', '5', '1.5m', '5 m', '30m1h', '5m5m', '-5m', '300y', '5M', '9'.repeat(200)])('refuses %j', (text) => {
    expect(parsePromDuration(text)).toBeUndefined()
  })
})
