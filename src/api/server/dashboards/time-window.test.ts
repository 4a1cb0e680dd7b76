import { describe, expect, it } from 'vitest'
import { timeWindow } from './time-window.ts'

const clock = { scrapeMs: 500, rangeMs: 360_000, nowMs: 1_000_000_750 }

describe('timeWindow', () => {
  it('ends now, on a whole step, and is as long as the clock has it where nothing is asked for', () => {
    expect(timeWindow({}, clock)).toEqual({ startMs: 999_640_000, endMs: 1_000_000_000, stepMs: 1_000 })
  })

  it('is the same for all who ask until it moves on, which is once a second at most', () => {
    const at = (ms: number) => timeWindow({ rangeMs: 60_000 }, { ...clock, nowMs: 1_000_000_000 + ms })
    expect(at(0)?.stepMs).toBe(500)
    expect(at(999)).toEqual(at(0))
    expect(at(1_000)?.endMs).toBe(1_000_001_000)
  })

  it.each([
    [60_000, 500],
    [900_000, 3_000],
    [3_600_000, 10_000],
    [86_400_000, 300_000],
    [31 * 86_400_000, 7_200_000],
  ])('has a pause that people read easily, and at most 400 points: %d ms by %d ms', (rangeMs, stepMs) => {
    const window = timeWindow({ rangeMs }, clock)
    expect(window?.stepMs).toBe(stepMs)
    expect(window === undefined ? 0 : (window.endMs - window.startMs) / stepMs).toBeLessThanOrEqual(401)
  })

  it('has no points closer than scrapes, and no closer than is asked for', () => {
    expect(timeWindow({ rangeMs: 60_000 }, { ...clock, scrapeMs: 15_000 })?.stepMs).toBe(15_000)
    expect(timeWindow({ rangeMs: 60_000, stepMs: 4_000 }, clock)?.stepMs).toBe(5_000)
  })

  it('lies where it is asked for', () => {
    const window = timeWindow({ fromMs: 500_000_000, toMs: 500_060_000 }, clock)
    expect(window).toEqual({ startMs: 500_000_000, endMs: 500_060_000, stepMs: 500 })
  })

  it.each([
    ['begins after its end', { fromMs: 2, toMs: 1 }],
    ['is empty', { fromMs: 1, toMs: 1 }],
    ['has no end', { fromMs: 1 }],
    ['has no beginning', { toMs: 1 }],
    ['is longer than a month', { fromMs: 0, toMs: 32 * 86_400_000 }],
  ])('is refused where it %s', (_, asked) => {
    expect(timeWindow(asked, clock)).toBeUndefined()
  })
})
