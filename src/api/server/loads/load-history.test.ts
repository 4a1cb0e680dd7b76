import { describe, expect, it } from 'vitest'
import type { LoadCounts } from '../../contract.ts'
import { LoadHistory, type LoadPoint } from './load-history.ts'

const counts = (requests: number, p95 = 1, failures = 0): LoadCounts => ({
  requests,
  failures,
  latencyMs: { p50: p95 / 2, p95, p99: p95 * 2, max: p95 * 3 },
})

function point(second: number, more: Partial<LoadPoint> = {}): LoadPoint {
  return {
    atMs: (second + 1) * 1_000,
    spanMs: 1_000,
    users: second,
    total: counts(10),
    causes: {},
    endpoints: [],
    ...more,
  }
}

describe('the history of a load', () => {
  it('has one entry of each list for each second', () => {
    const history = new LoadHistory()
    history.add(point(0, { endpoints: [['GET /a', counts(4, 2)]] }))
    history.add(point(1, { causes: { refused: 3 }, endpoints: [['GET /b', counts(5, 7)]] }))
    expect(history.view()).toEqual({
      timesMs: [1_000, 2_000],
      spansMs: [1_000, 1_000],
      users: [0, 1],
      total: { requests: [10, 10], failures: [0, 0], p50Ms: [0.5, 0.5], p95Ms: [1, 1], p99Ms: [2, 2] },
      causes: [{ cause: 'refused', failures: [0, 3] }],
      endpoints: [
        { name: 'GET /a', requests: [4, 0], failures: [0, 0], p50Ms: [1, null], p95Ms: [2, null], p99Ms: [4, null] },
        { name: 'GET /b', requests: [0, 5], failures: [0, 0], p50Ms: [null, 3.5], p95Ms: [null, 7], p99Ms: [null, 14] },
      ],
    })
  })

  it('joins neighbours when it is full: counts add up, the higher percentile stands for both, and none is lost', () => {
    const history = new LoadHistory(4)
    for (let second = 0; second < 100; second += 1) {
      const total = counts(10, second === 42 ? 900 : 1, 1)
      history.add(point(second, { total, causes: { timeout: 1 }, endpoints: [['GET /a', total]] }))
    }
    const { timesMs, spansMs, total, causes, endpoints } = history.view()
    const sum = (values: readonly number[] = []) => values.reduce((all, value) => all + value, 0)
    expect(timesMs.length).toBeLessThanOrEqual(4)
    expect(timesMs.at(-1)).toBe(100_000)
    expect(sum(spansMs)).toBe(100_000)
    expect(sum(total.requests)).toBe(1_000)
    expect(sum(causes[0]?.failures)).toBe(100)
    expect(sum(endpoints[0]?.failures)).toBe(100)
    expect(Math.max(...total.p95Ms.map((ms) => ms ?? 0))).toBe(900)
  })

  it('adds the rest of a second at the end to the second before', () => {
    const history = new LoadHistory()
    history.add(point(0))
    history.add(point(1, { atMs: 1_030, spanMs: 30, total: counts(2) }))
    expect(history.view()).toMatchObject({ timesMs: [1_030], spansMs: [1_030], total: { requests: [12] } })
  })

  it('stays small, however many endpoints and causes there are', () => {
    const history = new LoadHistory()
    const names = Array.from({ length: 900 }, (_, at) => `GET /${at}`)
    const causes = Object.fromEntries(names.map((name) => [`check failed: ${name}`, 1]))
    history.add(point(0, { causes, endpoints: names.map((name) => [name, counts(1)]) }))
    const view = history.view()
    expect(view.endpoints).toHaveLength(20)
    expect(view.causes.at(-1)).toEqual({ cause: 'other causes', failures: [893] })
  })
})
