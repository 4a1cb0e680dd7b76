import { describe, expect, it } from 'vitest'
import { ZERO_MS } from '../judge/test-facts.ts'
import { firing, type Prepare, resultOf } from './test-evidence.ts'

describe('noOtherAlert', () => {
  it.each<[string, Prepare, boolean, string]>([
    ['only the expected alert', firing(400, 'firing'), true, 'no other alert fired'],
    ['another one pending', firing(400, 'pending', { alertname: 'Odd' }), true, 'no other alert fired'],
    ['another one', firing(400, 'firing', { alertname: 'Odd', a: 'b' }), false, 'Odd{a="b"}'],
    [
      'the expected one, before the injection',
      firing(-5_000, 'firing'),
      false,
      'ServiceDown{service="store", instance="store-1"}',
    ],
    ['the watchdog', firing(-5_000, 'firing', { alertname: 'Watchdog' }), true, 'no other alert fired'],
  ])('judges %s', (_, prepare, met, observed) => {
    expect(resultOf('noOtherAlert', prepare)).toMatchObject({ met, observed })
  })

  it('is judged by each alert that nobody expects', () => {
    expect(resultOf('noOtherAlert', firing(400, 'firing', { alertname: 'Odd', a: 'b' }))?.samples).toEqual([
      { atMs: ZERO_MS + 460, source: 'Odd{a="b"}', value: 'firing', passes: false },
    ])
  })
})
