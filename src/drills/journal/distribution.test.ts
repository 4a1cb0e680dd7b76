import { describe, expect, it } from 'vitest'
import { spread, summarizeRepetitions } from './distribution.ts'
import type { Journal } from './journal.ts'

const journal = (file: string, verdict: string, mttdMs: number | null) =>
  ({ drill: { file, title: `about ${file}` }, verdict, mttdMs, mttrMs: null }) as unknown as Journal

describe('spread', () => {
  it.each([
    [[300], { count: 1, minMs: 300, medianMs: 300, p90Ms: 300, maxMs: 300 }],
    [[400, 100, null, 200, 300], { count: 4, minMs: 100, medianMs: 250, p90Ms: 400, maxMs: 400 }],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { count: 11, minMs: 1, medianMs: 6, p90Ms: 10, maxMs: 11 }],
  ])('of %j is %j', (values, expected) => {
    expect(spread(values)).toEqual(expected)
  })

  it('of nothing is null', () => {
    expect(spread([null])).toBeNull()
  })
})

describe('summarizeRepetitions', () => {
  it('keeps drills apart and counts their verdicts', () => {
    const runs = [
      journal('a', 'held', 100),
      journal('a', 'deviated', null),
      journal('b', 'held', 5),
      journal('a', 'held', 300),
    ]
    expect(summarizeRepetitions(runs)).toMatchObject([
      { title: 'about a', runs: 3, verdicts: { held: 2, deviated: 1 }, mttd: { count: 2, medianMs: 200 }, mttr: null },
      { title: 'about b', runs: 1, verdicts: { held: 1 } },
    ])
  })
})
