import { describe, expect, it } from 'vitest'
import type { Quote } from '../../../src/api/contract.ts'
import { MAX_POINTS, noQuotes, reduceQuotes } from './quotes-state.ts'

const START_MS = Date.parse('2026-01-05T15:00:00Z')
const quote = (symbol: string, price: number, second = 0): Quote => ({
  symbol,
  name: `${symbol} Inc.`,
  price,
  previous: 100,
  change: price - 100,
  changePercent: price - 100,
  currency: 'USD',
  asOf: new Date(START_MS + second * 1_000).toISOString(),
  stale: false,
  ageMs: 0,
})
const iso = (atMs: number) => new Date(atMs).toISOString()
const failure = (atMs: number) => ({ silent: false, code: 'FD_QUOTES_UNREACHABLE', detail: '', atMs })
const two = reduceQuotes(noQuotes, { kind: 'all', quotes: [quote('B', 10), quote('A', 20)], atMs: 1_000 })

describe('reduceQuotes', () => {
  it('orders rows by name', () => {
    expect(two.rows.map((row) => row.quote.symbol)).toEqual(['A', 'B'])
  })

  it('changes only what a stream event names, and says how it moved', () => {
    const next = reduceQuotes(two, { kind: 'changed', quotes: [quote('B', 9, 1)], atMs: 2_000 })
    expect(next.rows[0]).toBe(two.rows[0])
    expect(next.rows[1]).toMatchObject({ moved: 'down', receivedAtMs: 2_000, quote: { price: 9 } })
    expect(next.rows[1]?.points.map(({ price }) => price)).toEqual([10, 9])
  })

  it('drops a symbol that a whole answer no longer has', () => {
    const next = reduceQuotes(two, { kind: 'all', quotes: [quote('A', 20)], atMs: 2_000 })
    expect(next.rows.map((row) => row.quote.symbol)).toEqual(['A'])
  })

  it('keeps the last prices when the service fails, and since when it does', () => {
    const once = reduceQuotes(two, { kind: 'failed', failure: failure(5_000) })
    const twice = reduceQuotes(once, { kind: 'failed', failure: failure(9_000) })
    expect(twice.rows).toBe(two.rows)
    expect(twice.failure?.atMs).toBe(5_000)
    expect(twice.lastAtMs).toBe(1_000)
  })

  it('forgets the failure as soon as the service answers again', () => {
    const failed = reduceQuotes(two, { kind: 'failed', failure: failure(5_000) })
    expect(reduceQuotes(failed, { kind: 'changed', quotes: [quote('A', 21, 9)], atMs: 9_000 }).failure).toBeUndefined()
  })

  it('puts what came since behind the history, and what is in it already not again', () => {
    const history = (...ats: number[]) => [{ symbol: 'A', points: ats.map((atMs) => ({ at: iso(atMs), price: 15 })) }]
    const live = reduceQuotes(two, { kind: 'changed', quotes: [quote('A', 21, 3)], atMs: 4_000 })
    const next = reduceQuotes(live, { kind: 'history', histories: history(-60_000, 990) })
    expect(next.rows[0]?.points).toEqual([
      { atMs: -60_000, price: 15 },
      { atMs: 990, price: 15 },
      { atMs: 4_000, price: 21 },
    ])
    expect(next.rows[1]).toBe(two.rows[1])
  })

  it('does not take an answer that repeats a price for a new point, but a trade at the same price', () => {
    const repeated = reduceQuotes(two, { kind: 'all', quotes: [quote('A', 20), quote('B', 10, 3)], atMs: 4_000 })
    expect(repeated.rows.map(({ points }) => points.length)).toEqual([1, 2])
  })

  it('holds a bounded number of points, the youngest', () => {
    let state = two
    for (let second = 1; second <= 2 * MAX_POINTS; second++) {
      state = reduceQuotes(state, { kind: 'changed', quotes: [quote('A', second, second)], atMs: second * 1_000 })
    }
    expect(state.rows[0]?.points).toHaveLength(MAX_POINTS)
    expect(state.rows[0]?.points.at(-1)?.price).toBe(2 * MAX_POINTS)
  })
})
