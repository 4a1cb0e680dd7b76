import { describe, expect, it } from 'vitest'
import type { DashboardData } from '../../../src/api/contract.ts'
import { hasUntil, joinData } from './continue-data.ts'

type Series = DashboardData['panels'][number]['series']

function dataOf(times: { fromMs: number; toMs: number; sinceMs?: number }, series: Series): DashboardData {
  return { dashboard: 'worker', stepMs: 1_000, marks: [], panels: [{ name: 'rate', series }], ...times }
}
const store = (values: (number | null)[]) => ({ name: 'store', labels: { service: 'store' }, values })
const valuesOf = (data: DashboardData) => data.panels[0]?.series.map(({ values }) => values)

describe('joinData', () => {
  const last = dataOf({ fromMs: 0, toMs: 5_000 }, [store([0, 1, 2, 3, 4, null])])

  it('moves on by two seconds: the oldest values go, and what was read again wins', () => {
    const next = dataOf({ fromMs: 2_000, toMs: 7_000, sinceMs: 4_000 }, [store([4, 5, 6, 7])])
    const joined = joinData(last, next)
    expect(valuesOf(joined)).toEqual([[2, 3, 4, 5, 6, 7]])
    expect(joined).toEqual({ ...next, sinceMs: undefined, panels: joined.panels })
  })

  it('goes on and on without a loss', () => {
    let data = last
    for (let at = 6; at < 40; at++) {
      const times = { fromMs: (at - 5) * 1_000, toMs: at * 1_000, sinceMs: (at - 2) * 1_000 }
      data = joinData(data, dataOf(times, [store([at - 2, at - 1, at])]))
    }
    expect(valuesOf(data)).toEqual([[34, 35, 36, 37, 38, 39]])
  })

  it('begins a series that is new with nothing, and drops one that has no sample any more', () => {
    const quotes = { name: 'quotes', labels: { service: 'quotes' }, values: [8, 9] }
    const next = dataOf({ fromMs: 0, toMs: 5_000, sinceMs: 4_000 }, [quotes])
    expect(valuesOf(joinData(last, next))).toEqual([[null, null, null, null, 8, 9]])
  })

  it('takes one value for the whole range, and an answer that is all of it, as they are', () => {
    const next = dataOf({ fromMs: 1_000, toMs: 6_000, sinceMs: 4_000 }, [store([42])])
    expect(valuesOf(joinData(last, next))).toEqual([[42]])
    const whole = dataOf({ fromMs: 1_000, toMs: 6_000 }, [store([1, 2, 3, 4, 5, 6])])
    expect(joinData(last, whole)).toBe(whole)
  })
})

describe('hasUntil', () => {
  it('is the end of the data, and nothing where a panel failed or has more series than are shown', () => {
    const data = dataOf({ fromMs: 0, toMs: 5_000 }, [])
    expect(hasUntil(data)).toBe(5_000)
    expect(hasUntil({ ...data, panels: [{ name: 'rate', series: [], failure: 'too many samples' }] })).toBeUndefined()
    expect(hasUntil({ ...data, panels: [{ name: 'rate', series: [], more: 40 }] })).toBeUndefined()
  })
})
