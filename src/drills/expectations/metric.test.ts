import { describe, expect, it } from 'vitest'
import { ZERO_MS } from '../judge/test-facts.ts'
import { nothing, type Prepare, resultOf, sampled } from './test-evidence.ts'

describe('metric', () => {
  it.each<[string, Prepare, boolean, string]>([
    ['a sample in time', sampled(900, 0), true, 'a sample of 0'],
    ['a sample too late', sampled(1_100, 0), false, 'too late, after 1.10 s: a sample of 0'],
    ['another sample', sampled(900, 1), false, 'no such sample; the last was 1'],
    ['no sample', nothing, false, 'no sample at all'],
  ])('judges %s', (_, prepare, met, observed) => {
    expect(resultOf('metric', prepare)).toMatchObject({ met, observed })
  })

  it('counts no sample from before the injection, and keeps every change up to the one that counted', () => {
    expect(resultOf('metric', sampled(-2_000, 0))).toMatchObject({
      met: false,
      observed: 'no such sample; the last was 0',
    })
    const result = resultOf('metric', sampled(200, 1), sampled(700, 0), sampled(900, 1))
    expect(result?.samples).toEqual([
      { atMs: ZERO_MS + 200, source: 'up{}', value: 1, passes: false },
      { atMs: ZERO_MS + 700, source: 'up{}', value: 0, passes: true },
    ])
  })
})
