import { describe, expect, it } from 'vitest'
import type { LoadHistoryView } from '../../../../src/api/contract.ts'
import { changeOf } from './change-of.ts'
import { overlay } from './overlay.ts'

function history(beginMs: number, requests: number[], spanMs = 1_000): LoadHistoryView {
  return {
    timesMs: requests.map((_, at) => beginMs + (at + 1) * spanMs),
    spansMs: requests.map(() => spanMs),
    users: requests,
    total: { requests, failures: [], p50Ms: [], p95Ms: [], p99Ms: [] },
    causes: [],
    endpoints: [],
  }
}

describe('two loads on one axis', () => {
  it('begin at 0 both, and a value that one of them has not is missing', () => {
    const { timesMs, pair } = overlay(history(50_003, [1, 2, 3]), history(90_000, [7, 8], 2_000))
    expect(timesMs).toEqual([1_000, 2_000, 3_000, 4_000])
    const [before, after] = pair(({ total }, at) => total.requests[at] ?? null)
    expect(before.values).toEqual([1, 2, 3, null])
    expect(after.values).toEqual([null, 7, null, 8])
  })
})

describe('a change', () => {
  const of = (metric: 'rate' | 'p95' | 'errors', before: number | null, after: number | null) =>
    changeOf({
      endpoint: 'all',
      metric,
      before,
      after,
      change: before === null || after === null || before === 0 ? null : after / before - 1,
    })
  it.each([
    ['a higher latency is worse', of('p95', 10, 12), { text: '+20.0 %', tone: 'bad' }],
    ['a higher rate is better', of('rate', 10, 12), { text: '+20.0 %', tone: 'good' }],
    ['a lower rate is worse', of('rate', 10, 5), { text: '−50.0 %', tone: 'bad' }],
    ['a small one has no colour', of('p95', 100, 101), { text: '+1.0 %', tone: undefined }],
    ['first failures are worse', of('errors', 0, 0.1), { text: 'from 0', tone: 'bad' }],
    ['what was not measured has not changed', of('p95', null, 1), { text: '–', tone: undefined }],
  ])('%s', (_, change, expected) => {
    expect(change).toEqual(expected)
  })
})
