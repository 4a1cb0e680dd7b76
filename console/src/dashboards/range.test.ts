import { describe, expect, it } from 'vitest'
import { formatSpan, parseSpan, readRange, titleOfSpan, youngRangeMs } from './range.ts'

const read = (query: string) => readRange(new URLSearchParams(query))

describe('readRange', () => {
  it.each<[string, ReturnType<typeof readRange>]>([
    ['', { kind: 'live', rangeMs: undefined }],
    ['range=15m', { kind: 'live', rangeMs: 900_000 }],
    ['range=1d', { kind: 'live', rangeMs: 86_400_000 }],
    ['range=900d', { kind: 'live', rangeMs: undefined }],
    ['range=soon', { kind: 'live', rangeMs: undefined }],
    ['from=1000&to=61000&range=15m', { kind: 'fixed', fromMs: 1_000, toMs: 61_000 }],
    ['from=61000&to=1000', { kind: 'live', rangeMs: undefined }],
    ['from=1000', { kind: 'live', rangeMs: undefined }],
    ['from=now&to=1e9', { kind: 'live', rangeMs: undefined }],
  ])('reads ?%s', (query, range) => {
    expect(read(query)).toEqual(range)
  })
})

it.each([
  ['30s', 30_000, 'Last 30 seconds'],
  ['6m', 360_000, 'Last 6 minutes'],
  ['1h', 3_600_000, 'Last hour'],
  ['90m', 5_400_000, 'Last 90 minutes'],
  ['7d', 7 * 86_400_000, 'Last 7 days'],
])('%s is %d ms: %s', (text, ms, title) => {
  expect([parseSpan(text), formatSpan(ms), titleOfSpan(ms)]).toEqual([ms, text, title])
})

describe('youngRangeMs', () => {
  it.each([
    [0, 60_000],
    [59_000, 60_000],
    [61_000, 120_000],
    [299_000, 300_000],
    [300_000, undefined],
    [undefined, undefined],
  ])('of a stack of %s ms is %s ms', (ageMs, rangeMs) => {
    expect(youngRangeMs(ageMs)).toBe(rangeMs)
  })
})
