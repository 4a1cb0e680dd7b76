import { describe, expect, it } from 'vitest'
import { notReceivedBy } from './not-received-by.ts'
import { held, heldBackBy, type Looks, seen } from './test-routed.ts'

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
})
