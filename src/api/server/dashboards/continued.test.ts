import { describe, expect, it } from 'vitest'
import type { DashboardData } from '../../contract.ts'
import { continued } from './continued.ts'

const MINUTE_MS = 60_000
const data: DashboardData = {
  dashboard: 'worker',
  fromMs: 0,
  toMs: MINUTE_MS,
  stepMs: 1_000,
  marks: [{ kind: 'fault', label: 'kill store-1', fromMs: 2_000, toMs: 4_000 }],
  panels: [
    {
      name: 'rate',
      series: [
        { name: 'store', labels: {}, values: Array.from({ length: 61 }, (_, at) => at) },
        { name: 'in all', labels: {}, values: [7] },
      ],
    },
  ],
}

describe('continued', () => {
  it('has the values after the moment and those of ten seconds before it; one for the whole range stays', () => {
    const { sinceMs, marks, panels } = continued(data, 58_000)
    expect(sinceMs).toBe(48_000)
    expect(panels[0]?.series.map(({ values }) => values)).toEqual([
      [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60],
      [7],
    ])
    expect(marks).toEqual(data.marks)
  })

  it.each([
    ['a moment between two points', 57_500],
    ['a moment before the range', -5_000],
    ['a moment so early that all of it is asked for', 9_000],
    ['a moment to come', 61_000],
  ])('is all of it for %s', (_, sinceMs) => {
    expect(continued(data, sinceMs)).toBe(data)
  })

  it('overlaps by a step where a step is longer than that', () => {
    const wide = { ...data, toMs: 60 * MINUTE_MS, stepMs: MINUTE_MS }
    expect(continued(wide, 58 * MINUTE_MS).sinceMs).toBe(57 * MINUTE_MS)
  })
})
