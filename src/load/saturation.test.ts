import { describe, expect, it } from 'vitest'
import { judgeSaturation } from './saturation.ts'

const well = { lagP99Ms: 100, latenessP99Ms: 100, busyRatio: 0.95 }

describe('judgeSaturation', () => {
  it('trusts a generator that is within all limits', () => {
    expect(judgeSaturation(well)).toEqual({ saturated: false, ...well })
  })

  it.each([
    ['its event loop lags', { lagP99Ms: 180 }, 'event loop was 180 ms late (p99; the limit is 100 ms)'],
    ['it sends late', { latenessP99Ms: 170 }, 'sent 170 ms late (p99; the limit is 100 ms)'],
    ['it has no time left', { busyRatio: 0.99 }, 'busy 99 % of the time (the limit is 95 %)'],
  ])('calls it saturated when %s, and says by how much', (_, change, reason) => {
    expect(judgeSaturation({ ...well, ...change })).toMatchObject({
      saturated: true,
      reason: expect.stringContaining(reason),
    })
  })
})
