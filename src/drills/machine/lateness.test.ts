import { describe, expect, it } from 'vitest'
import type { MachineSample } from '../journal/schema/machine.ts'
import { isDisturbed, lateBetween, lateMsOf } from './lateness.ts'

const quiet = { forMs: 500, stalledMs: 0, loopLateMs: 0, stolenMs: 0, othersShare: 0 }

describe('lateMsOf', () => {
  it.each([
    ['nothing, where nobody waits for a core', quiet, 0],
    ['the share of the others in the time in which a core was waited for', { stalledMs: 400, othersShare: 0.75 }, 300],
    ['nothing, where only the system itself keeps the machine busy', { stalledMs: 500, othersShare: 0 }, 0],
    ['no more than the whole time', { stalledMs: 500, othersShare: 1, stolenMs: 200 }, 500],
    ['what the host of a virtual machine took', { stolenMs: 120 }, 120],
    ['nothing below a tenth: every machine is a little late', { stalledMs: 450, othersShare: 0.1 }, 0],
    [
      'how late the timers of the run were, where the kernel does not measure it',
      { stalledMs: null, loopLateMs: 180, othersShare: 1 },
      180,
    ],
  ])('is %s', (_, change, expected) => {
    expect(lateMsOf({ ...quiet, ...change })).toBe(expected)
  })
})

const sample = (atMs: number, lateMs: number): MachineSample => ({
  atMs,
  forMs: 500,
  stalledMs: null,
  oursMs: null,
  othersMs: null,
  stolenMs: null,
  loopLateMs: 0,
  lateMs,
})

describe('lateBetween', () => {
  const samples = [sample(1_000, 200), sample(1_500, 0), sample(2_000, 400)]

  it('adds up what the samples between two moments were late', () => {
    expect(lateBetween(samples, 0, 5_000)).toBe(600)
    expect(lateBetween(samples, 1_000, 1_500)).toBe(0)
  })

  it('counts a sample that reaches beyond by its part within', () => {
    expect(lateBetween(samples, 750, 1_750)).toBe(100 + 200)
  })

  it('knows of no lateness where nothing was sampled', () => {
    expect(lateBetween([], 0, 1_000)).toBe(0)
    expect(lateBetween(samples, 5_000, 9_000)).toBe(0)
  })
})

describe('isDisturbed', () => {
  it('is so from a quarter of the time on', () => {
    expect(isDisturbed([sample(1_000, 250)], 0, 1_000)).toBe(true)
    expect(isDisturbed([sample(1_000, 249)], 0, 1_000)).toBe(false)
    expect(isDisturbed([sample(1_000, 500)], 1_000, 1_000)).toBe(false)
  })
})
