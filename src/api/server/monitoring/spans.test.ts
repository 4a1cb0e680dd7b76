import { describe, expect, it } from 'vitest'
import { gridOf, spansOf } from './spans.ts'

const grid = { fromMs: 0, toMs: 10_000, stepMs: 1_000 }
const at = (...seconds: number[]) => seconds.map((second) => ({ atMs: second * 1_000, value: 1 }))

describe('gridOf', () => {
  it.each([
    [60_000, 500],
    [900_000, 5_000],
    [604_800_000, 3_600_000],
  ])('divides %d ms into steps of %d ms, which all who ask within one share', (rangeMs, stepMs) => {
    const limits = { steps: 300, leastMs: 500 }
    const one = gridOf(1_700_000_000_123, rangeMs, limits)
    expect(one.stepMs).toBe(stepMs)
    expect(one.toMs % stepMs).toBe(0)
    expect(one.toMs - one.fromMs).toBe(rangeMs)
    expect(gridOf(one.toMs + stepMs - 1, rangeMs, limits)).toEqual(one)
  })
})

describe('spansOf', () => {
  it.each([
    ['nothing', [], []],
    ['one sample, which began in the step before it', at(3), [{ fromMs: 2_000, toMs: 3_000, lasts: false }]],
    ['samples without a gap', at(3, 4, 5), [{ fromMs: 2_000, toMs: 5_000, lasts: false }]],
    [
      'a gap between them, and one that lasts',
      at(1, 2, 9, 10),
      [
        { fromMs: 0, toMs: 2_000, lasts: false },
        { fromMs: 8_000, toMs: 10_000, lasts: true },
      ],
    ],
    [
      'a gauge that went back to 0',
      [...at(3), { atMs: 4_000, value: 0 }],
      [{ fromMs: 2_000, toMs: 3_000, lasts: false }],
    ],
    ['a value that is not a number', [{ atMs: 4_000, value: Number.NaN }], []],
  ])('finds %s', (_, samples, spans) => {
    expect(spansOf(samples, grid)).toEqual(spans)
  })
})
