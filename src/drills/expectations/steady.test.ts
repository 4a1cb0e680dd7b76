import { describe, expect, it } from 'vitest'
import { ZERO_MS } from '../judge/test-facts.ts'
import { looked, type Prepare, resultOf } from './test-evidence.ts'

describe('steady', () => {
  it.each<[string, Prepare, boolean, string]>([
    ['good again in time', looked([50, 'bad'], [2_000, 'good']), true, 'every steady-state probe stayed good'],
    [
      'good again too late',
      looked([50, 'bad'], [3_000, 'good']),
      false,
      'too late, after 3.00 s: every steady-state probe stayed good',
    ],
    [
      'good, bad and good again too late',
      looked([50, 'bad'], [900, 'good'], [1_500, 'bad'], [4_000, 'good']),
      false,
      'too late, after 4.00 s: every steady-state probe stayed good',
    ],
    ['still bad', looked([50, 'bad']), false, 'ready: bad'],
    ['never left', looked([50, 'good']), true, 'the steady state was never left'],
    ['not known', looked([50, 'unknown']), false, 'ready: unknown'],
  ])('judges %s', (_, prepare, met, observed) => {
    expect(resultOf('steady', prepare)).toMatchObject({ met, observed })
  })

  it('is judged by the first bad look and by the moment from which all stayed good', () => {
    expect(resultOf('steady', looked([50, 'bad'], [2_000, 'good']))?.samples).toMatchObject([
      { atMs: ZERO_MS + 50, source: 'ready', value: 'ready: bad', passes: false },
      { atMs: ZERO_MS + 2_004, source: 'every probe', value: 'good', passes: true },
    ])
    expect(resultOf('steady', looked([50, 'bad']))?.samples).toMatchObject([
      { source: 'ready', value: 'ready: bad', passes: false },
      { atMs: null, source: 'a probe', value: 'ready: bad', passes: false },
    ])
  })
})
