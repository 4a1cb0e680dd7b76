import { describe, expect, it } from 'vitest'
import { endFaults } from './end-faults.ts'
import type { LeftFault } from './guard.ts'

const paused: LeftFault = { what: 'pause of web-2', why: 'no answer', isInCluster: false }

/** A guardian whose attempts end so, one after the other; the last one again and again. */
function guardianWith(...rounds: LeftFault[][]) {
  const guardian = {
    attempts: 0,
    remainingMs: () => 0,
    endAll: async () => rounds[Math.min(guardian.attempts++, rounds.length - 1)] ?? [],
  }
  return guardian
}

describe('the end of the faults of a run', () => {
  it('is one attempt where all can be undone', async () => {
    const guardian = guardianWith([])
    expect(await endFaults(guardian)).toEqual([])
    expect(guardian.attempts).toBe(1)
  })

  it('is tried again until nothing is left, and said once', async () => {
    const guardian = guardianWith([paused], [paused], [])
    const said: unknown[] = []
    expect(await endFaults(guardian, { onLeft: (...what) => said.push(what) })).toEqual([])
    expect(guardian.attempts).toBe(3)
    expect(said).toEqual([[[paused], 180_000]])
  })

  it('is given up at its bound, with what is left', async () => {
    const guardian = guardianWith([paused])
    expect(await endFaults(guardian, { afterMs: 1_500, random: () => 0 })).toEqual([paused])
    // At 0 and at 0.8 s: each pause is twice as long as the one before.
    expect(guardian.attempts).toBeLessThanOrEqual(2)
  })

  it('has the time that a fault had left in its bound', async () => {
    const bounds: number[] = []
    const guardian = { ...guardianWith([paused], []), remainingMs: () => 60_000 }
    await endFaults(guardian, { onLeft: (_, boundMs) => bounds.push(boundMs) })
    expect(bounds).toEqual([240_000])
  })

  it('is given up where an attempt never ends, and when it must hurry', async () => {
    const stuck = { remainingMs: () => 0, endAll: () => new Promise<LeftFault[]>(() => undefined) }
    expect(await endFaults(stuck, { afterMs: 50 })).toMatchObject([{ what: 'a fault of the run' }])
    const hurry = new AbortController()
    const ending = endFaults(guardianWith([paused]), { hurry: hurry.signal, onLeft: () => hurry.abort() })
    expect(await ending).toEqual([paused])
  })
})
