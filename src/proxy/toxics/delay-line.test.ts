import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defined } from '../../base/defined.ts'
import { DelayLine, type Schedule } from './delay-line.ts'

let log: string[] = []
beforeEach(() => {
  vi.useFakeTimers()
  log = []
})
afterEach(() => vi.useRealTimers())

function line(schedule: Schedule, nextBytes?: () => number): DelayLine {
  const nowMs = () => performance.now()
  const startedMs = nowMs()
  const note = (text: string) => log.push(`${Math.round(nowMs() - startedMs)} ${text}`)
  return new DelayLine({
    out: { push: (piece) => void note(piece.toString()), end: (how) => void note(how) },
    nowMs,
    schedule,
    ...defined({ nextBytes }),
  })
}

describe('a delay line', () => {
  it('lets each piece go at its time, counted from when it came', async () => {
    const one = line((arrivedMs) => arrivedMs + 100)
    one.push(Buffer.from('a'))
    await vi.advanceTimersByTimeAsync(60)
    one.push(Buffer.from('b'))
    one.end('finish')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(log).toEqual(['100 a', '160 b', '160 finish'])
  })

  it('never lets one overtake another', async () => {
    const delays = [50, 10, 0, 80]
    const one = line((arrivedMs) => arrivedMs + (delays.shift() ?? 0))
    for (const text of ['a', 'b', 'c', 'd']) one.push(Buffer.from(text))
    one.end('close')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(log).toEqual(['50 a', '50 b', '50 c', '80 d', '80 close'])
  })

  it('passes on at once what is due at once', () => {
    line((arrivedMs) => arrivedMs).push(Buffer.from('a'))
    expect(log).toEqual(['0 a'])
  })

  it('does not drift: a thousand pauses of 1.25 ms end after 1,250 ms', async () => {
    const one = line(
      (arrivedMs, _bytes, previousDueMs) => Math.max(arrivedMs, previousDueMs) + 1.25,
      () => 1,
    )
    one.push(Buffer.from('a'.repeat(1_000)))
    one.end('finish')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(log).toHaveLength(1_001)
    expect(Number(log.at(-2)?.split(' ')[0])).toBeGreaterThanOrEqual(1_250)
    expect(Number(log.at(-2)?.split(' ')[0])).toBeLessThanOrEqual(1_251)
  })

  it('holds what is never due until the schedule changes', async () => {
    let isOpen = false
    const one = line((arrivedMs) => (isOpen ? arrivedMs + 10 : Number.POSITIVE_INFINITY))
    one.push(Buffer.from('a'))
    await vi.advanceTimersByTimeAsync(100_000)
    expect(log).toEqual([])
    isOpen = true
    one.changed()
    expect(log).toEqual(['100000 a'])
  })

  it('lets go of all it holds, in order, when it is released, and of nothing when it is stopped', async () => {
    const one = line((arrivedMs) => arrivedMs + 500)
    for (const text of ['a', 'b']) one.push(Buffer.from(text))
    one.release()
    expect(log).toEqual(['0 a', '0 b'])
    one.push(Buffer.from('c'))
    one.stop()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(log).toEqual(['0 a', '0 b'])
  })

  it('lets everybody else have a turn between many parts that are due at once', () => {
    const one = line(
      (arrivedMs) => arrivedMs,
      () => 1,
    )
    one.push(Buffer.from('a'.repeat(1_000)))
    one.end('finish')
    const inOneTurn = log.length
    expect(inOneTurn).toBeLessThan(100)
    vi.advanceTimersToNextTimer()
    expect(log).toHaveLength(2 * inOneTurn)
    vi.runAllTimers()
    expect(log).toHaveLength(1_001)
    expect(log.at(-1)).toContain('finish')
  })

  it('lets go of the rest of a piece, uncut, when it is released in the middle of it', () => {
    const one = line(
      (arrivedMs) => arrivedMs,
      () => 1,
    )
    one.push(Buffer.from('a'.repeat(1_000)))
    one.push(Buffer.from('b'))
    const gone = log.length
    one.release()
    expect(log.slice(gone)).toEqual([`0 ${'a'.repeat(1_000 - gone)}`, '0 b'])
  })

  it('cuts what is held by what is asked for now', async () => {
    let bytes = 4
    const one = line(
      (arrivedMs, _bytes, previousDueMs) => Math.max(arrivedMs, previousDueMs) + 10,
      () => bytes,
    )
    one.push(Buffer.from('abcdefgh'))
    bytes = 2
    one.changed()
    await vi.advanceTimersByTimeAsync(100)
    expect(log).toEqual(['10 ab', '20 cd', '30 ef', '40 gh'])
  })
})
