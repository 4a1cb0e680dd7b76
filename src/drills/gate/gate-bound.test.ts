import { describe, expect, it } from 'vitest'
import { GateBound } from './gate-bound.ts'

const DOWN = { text: 'target a is not up' }
const ending = (inMs: number) => ({ text: 'the pod a was deleted and is not gone yet', overByMs: Date.now() + inMs })

describe('how long a gate waits', () => {
  it('is a quarter of a minute for what is wrong', () => {
    expect(new GateBound().atMostMs([DOWN], 0)).toBe(15_000)
  })

  it('lasts as long as what is over by itself, and then as long as ever', () => {
    const atMostMs = new GateBound().atMostMs([ending(60_000), DOWN], 20_000)
    expect(atMostMs).toBeGreaterThan(94_000)
    expect(atMostMs).toBeLessThanOrEqual(95_000)
  })

  it('counts from when that was over', () => {
    const bound = new GateBound()
    bound.atMostMs([ending(60_000), DOWN], 20_000)
    expect(bound.atMostMs([DOWN], 25_000)).toBe(35_000)
  })

  it('comes to an end where one thing after the other ends', () => {
    const bound = new GateBound()
    for (const minutes of [1, 4, 9]) bound.atMostMs([ending(60_000)], minutes * 60_000)
    expect(bound.atMostMs([DOWN], 600_000)).toBe(315_000)
  })

  it('comes to an end where the clock of what ends is an hour ahead', () => {
    expect(new GateBound().atMostMs([ending(3_600_000), DOWN], 0)).toBe(315_000)
  })

  it('is not longer for what should be over', () => {
    expect(new GateBound().atMostMs([ending(-1), DOWN], 20_000)).toBe(15_000)
  })
})
