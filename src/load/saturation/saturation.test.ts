import { describe, expect, it } from 'vitest'
import { judgeSaturation } from './saturation.ts'

const onTime = { lagP99Ms: 2, latenessP99Ms: 2, busyRatio: 0.2 }
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

  it.each([
    [
      'its lateness is more than a third of what it measured',
      { latenessP99Ms: 18, latencyP99Ms: 28 },
      '18 ms (p99) is 64 %',
    ],
    ['its event loop is late for that much', { lagP99Ms: 40, latencyP99Ms: 100 }, '40 ms (p99) is 40 %'],
  ])('calls it saturated when %s', (_, change, reason) => {
    expect(judgeSaturation({ ...onTime, ...change })).toMatchObject({
      saturated: true,
      reason: expect.stringContaining(reason),
    })
  })

  it.each([
    ['a lateness that matters little beside the latency', { latenessP99Ms: 30, latencyP99Ms: 100 }],
    ['a lateness of some milliseconds, whatever the latency', { latenessP99Ms: 10, latencyP99Ms: 4 }],
    ['a lateness when latency is not what the run is about', { latenessP99Ms: 60 }],
    ['a wait for a core that made it no later', { coreWaitRatio: 0.4, latencyP99Ms: 20 }],
  ])('trusts it with %s', (_, change) => {
    expect(judgeSaturation({ ...onTime, ...change }).saturated).toBe(false)
  })

  it('says that other programs kept it from a core, where they did', () => {
    const { reason } = judgeSaturation({ ...onTime, latenessP99Ms: 18, latencyP99Ms: 28, coreWaitRatio: 0.23 })
    expect(reason).toMatch(/it waited for a core 23 % of the time: other programs keep the machine busy$/)
  })
})
