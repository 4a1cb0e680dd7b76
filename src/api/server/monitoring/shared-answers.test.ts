import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SharedAnswers } from './shared-answers.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('SharedAnswers', () => {
  it('makes one answer for all who ask while it is made, and while it is fresh', async () => {
    const answers = new SharedAnswers<number>(1_000)
    const make = vi.fn(async () => make.mock.calls.length)
    expect(await Promise.all([answers.of('a', make), answers.of('a', make)])).toEqual([1, 1])
    vi.advanceTimersByTime(999)
    expect(await answers.of('a', make)).toBe(1)
    vi.advanceTimersByTime(2)
    expect(await answers.of('a', make)).toBe(2)
  })

  it('shares a failure for as long, and asks again after it', async () => {
    const answers = new SharedAnswers<number>(1_000)
    const fail = vi.fn(async () => {
      throw new Error('down')
    })
    await expect(answers.of('a', fail)).rejects.toThrow('down')
    await expect(answers.of('a', async () => 1)).rejects.toThrow('down')
    vi.advanceTimersByTime(1_001)
    expect(await answers.of('a', async () => 1)).toBe(1)
    expect(fail).toHaveBeenCalledOnce()
  })

  it('forgets what was asked for the longest ago', async () => {
    const answers = new SharedAnswers<string>(1_000, 2)
    const make = vi.fn(async () => 'x')
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await answers.of(key, make)
    expect(make).toHaveBeenCalledTimes(4)
  })
})
