import { describe, expect, it } from 'vitest'
import { sleep } from '../../base/wait.ts'
import { Histogram } from '../figures/histogram.ts'
import { LagWatch, recordStall } from './lag-watch.ts'

const stand = (ms: number) => {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
}

describe('recordStall', () => {
  it('counts each look that a stall has put off, by how late that one was', () => {
    const lag = new Histogram()
    recordStall(lag, 45)
    expect([...lag.pack().counts].filter((_, index) => index % 2 === 1)).toEqual([1, 1, 1, 1, 1])
    expect(lag.max).toBe(45_000)
    expect(lag.pack().min).toBe(5_000)
  })

  it('makes a stall of 2 % of the time the 99th percentile, which one sample of it would not be', () => {
    const lag = new Histogram()
    for (let look = 0; look < 980; look += 1) recordStall(lag, 0)
    recordStall(lag, 200)
    expect(lag.percentile(99) / 1_000).toBeGreaterThanOrEqual(90)
  })

  it('counts a look in time as not late', () => {
    const lag = new Histogram()
    recordStall(lag, -0.3)
    expect(lag.max).toBe(0)
  })
})

describe('LagWatch', () => {
  it('finds that the event loop stood still', async () => {
    const watch = new LagWatch()
    watch.start()
    for (let round = 0; round < 4; round += 1) {
      await sleep(100)
      stand(150)
    }
    await sleep(30)
    watch.stop()
    expect(watch.p99Ms).toBeGreaterThan(100)
  })
})
