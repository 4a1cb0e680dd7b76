import { describe, expect, it } from 'vitest'
import { notReceivedBy } from './not-received-by.ts'
import { held, heldBackBy, type Looks, seen, silencedBy } from './test-routed.ts'

const PAGE = { alertname: 'ShopDown', severity: 'critical' }

describe('notReceivedBy', () => {
  it.each<[string, object, Looks, boolean, string]>([
    [
      'is met where no alert was routed there',
      {},
      [[700, [held({ alertname: 'A' })]]],
      true,
      'nothing was routed there',
    ],
    [
      'is met by an alert that was held back',
      {},
      [[700, [held(PAGE, heldBackBy('B'))]]],
      true,
      'nothing was routed there',
    ],
    [
      'is missed by an alert that was held back only for a while',
      {},
      [
        [700, [held(PAGE, heldBackBy('B'))]],
        [2_000, [held(PAGE)]],
      ],
      false,
      'notified of ShopDown{severity="critical"}',
    ],
    [
      'is met by an alert that is held back before its group wait is over',
      {},
      [
        [700, [held(PAGE)]],
        [2_000, [held(PAGE, heldBackBy('B'))]],
      ],
      true,
      'nothing was routed there',
    ],
    [
      'is met by another alert than the one it names',
      { of: 'Other' },
      [[700, [held(PAGE)]]],
      true,
      'nothing was routed there',
    ],
    [
      'is missed by any alert that is routed there',
      {},
      [[700, [held(PAGE)]]],
      false,
      'notified of ShopDown{severity="critical"}',
    ],
    [
      'is missed by the alert that it names',
      { of: 'ShopDown' },
      [[700, [held(PAGE)]]],
      false,
      'notified of ShopDown{severity="critical"}',
    ],
  ])('%s', (_, more, looks, met, text) => {
    const expectation = notReceivedBy.build({ notReceivedBy: 'pager', ...more })
    const observed = seen(expectation, 9_000, looks)
    expect(observed).toMatchObject({ atMs: null, met, text })
    expect(observed.samples.map(({ passes }) => passes)).toEqual(met ? [] : [false])
  })

  it('cannot be judged where a silence of the middle of the run holds back what is routed there', () => {
    const observed = seen(notReceivedBy.build({ notReceivedBy: 'pager' }), 9_000, [
      [700, [held(PAGE, silencedBy('s-1'))]],
    ])
    expect(observed).toMatchObject({
      unjudged: true,
      text: 'silenced in the middle of the run: ShopDown{severity="critical"}',
    })
  })
})
