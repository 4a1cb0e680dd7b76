import { describe, expect, it } from 'vitest'
import { type SteadyObservation, SteadyRecord, type SteadyState } from './steady-record.ts'

const seen = (atMs: number, state: SteadyState, probe = 'ready'): SteadyObservation => ({
  probe,
  state,
  startedAtMs: atMs,
  endedAtMs: atMs + 5,
  detail: state,
})

function record(...observations: SteadyObservation[]): SteadyRecord {
  const made = new SteadyRecord(['ready', 'up'], 100)
  for (const one of observations) made.add(one)
  return made
}

describe('SteadyRecord', () => {
  it('counts as steady from its start while nothing is bad', () => {
    const made = record(seen(200, 'good'))
    expect(made.firstBad).toBeUndefined()
    expect(made.steadySince(300, 150)).toBe(100)
  })

  it('is steady again when every probe is, from the arrival of the last good answer', () => {
    const made = record(seen(200, 'bad'), seen(210, 'bad', 'up'), seen(300, 'good'))
    expect(made.steadySince(1_000, 0)).toBeUndefined()
    made.add(seen(400, 'good', 'up'))
    expect(made.steadySince(500, 50)).toBe(405)
    expect(made.firstBad).toEqual({ atMs: 200, knownAtMs: 205, detail: 'ready: bad' })
  })

  it('is steady only when that has lasted', () => {
    const made = record(seen(200, 'bad'), seen(300, 'good'))
    expect(made.steadySince(400, 100)).toBeUndefined()
    expect(made.steadySince(405, 100)).toBe(305)
  })

  it('starts over when it lapses', () => {
    const made = record(seen(200, 'bad'), seen(300, 'good'), seen(400, 'bad', 'up'), seen(900, 'good', 'up'))
    expect(made.steadySince(2_000, 100)).toBe(905)
  })

  it('forgets what was bad and over before the fault', () => {
    const made = record(seen(200, 'bad'), seen(250, 'good'))
    made.forgetBefore(300)
    expect(made.firstBad).toBeUndefined()
    made.add(seen(400, 'bad'))
    made.forgetBefore(300)
    expect(made.firstBad?.atMs).toBe(400)
  })

  it('says when the first bad answer was there beside when the first bad probe was sent', () => {
    const made = record(seen(200, 'bad'), { ...seen(150, 'bad', 'up'), endedAtMs: 1_150 })
    expect(made.firstBad).toEqual({ atMs: 150, knownAtMs: 205, detail: 'up: bad' })
    made.forgetBefore(300)
    expect(made.firstBad).toEqual({ atMs: 150, knownAtMs: 1_150, detail: 'up: bad' })
  })

  it('takes no answer for neither bad nor good', () => {
    const made = record(seen(200, 'unknown', 'up'))
    expect(made.firstBad).toBeUndefined()
    expect(made.steadySince(5_000, 0)).toBeUndefined()
    expect(made.notGood()).toEqual(['up: unknown'])
  })
})

describe('a steady record with a probe whose answers are of a moment before', () => {
  const kept = (atMs: number, asOfMs: number, state: SteadyState): SteadyObservation => ({
    ...seen(atMs, state, 'up'),
    asOfMs,
  })

  it('is not known to last longer than that moment', () => {
    const made = record(seen(200, 'bad'), seen(300, 'good'), kept(400, 250, 'good'))
    expect(made.steadySince(1_000, 100)).toBeUndefined()
    made.add(kept(700, 400, 'good'))
    expect(made.steadySince(1_000, 100)).toBeUndefined()
    made.add(kept(800, 405, 'good'))
    expect(made.steadySince(1_000, 100)).toBe(305)
    expect(made.knownUntilMs(1_000)).toBe(405)
  })

  it('is bad and good again at the moments of the answers, however late they are', () => {
    const made = record(kept(3_200, 200, 'bad'))
    expect(made.firstBad).toMatchObject({ atMs: 200 })
    made.add(kept(3_900, 900, 'good'))
    made.add(kept(4_200, 1_200, 'good'))
    expect(made.steadySince(4_300, 300)).toBe(900)
  })

  it('is not good again before another probe was', () => {
    const made = record(kept(3_200, 200, 'bad'), seen(3_300, 'bad'), seen(3_500, 'good'), kept(3_900, 900, 'good'))
    made.add(kept(9_000, 6_000, 'good'))
    expect(made.steadySince(9_000, 100)).toBe(3_305)
  })
})
