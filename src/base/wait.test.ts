import { describe, expect, it } from 'vitest'
import { backoffMs, done, notYet, pollFor, restOfMs, retryFor, sleep, waitUntil } from './wait.ts'

describe('restOfMs', () => {
  it.each([
    ['some time has passed', 1_400, 600],
    ['all of it has passed', 9_000, 0],
    ['the clock was set an hour ahead', 3_601_000, 0],
    ['the clock was set an hour back', -3_599_000, 1_000],
  ])('is never longer than the whole: %s', (_what, nowMs, restMs) => {
    expect(restOfMs(1_000, 1_000, nowMs)).toBe(restMs)
  })
})

describe('waitUntil', () => {
  it('returns the value of the attempt that is done', async () => {
    let tries = 0
    const value = await waitUntil(async () => (++tries === 3 ? done(tries) : notYet('counting')), {
      what: 'three tries',
      timeoutMs: 1_000,
      intervalMs: 1,
    })
    expect(value).toBe(3)
  })

  it('says what it waited for and the last state when it gives up', async () => {
    const waiting = waitUntil(async () => notYet('the door is shut'), { what: 'the door', timeoutMs: 5, intervalMs: 1 })
    await expect(waiting).rejects.toMatchObject({ code: 'FD_WAIT_TIMEOUT', details: { given: 'the door is shut' } })
    await expect(waiting).rejects.toThrow(/for the door/)
  })

  it('counts a throwing attempt as not yet and reports its message', async () => {
    const waiting = waitUntil(() => Promise.reject(new Error('refused')), { what: 'x', timeoutMs: 3, intervalMs: 1 })
    await expect(waiting).rejects.toMatchObject({ details: { given: 'refused' } })
  })

  it('ends at once with the reason of its signal', async () => {
    const controller = new AbortController()
    const waiting = waitUntil(async () => notYet(''), {
      what: 'x',
      timeoutMs: 60_000,
      intervalMs: 60_000,
      signal: controller.signal,
    })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('pollFor', () => {
  const pace = { timeoutMs: 1_000, intervalMs: 1 }

  it('resolves with the value that ends the wait, and looks no more', async () => {
    let looks = 0
    expect(await pollFor(async () => ++looks, { ...pace, until: (value) => value === 3 })).toBe(3)
    expect(looks).toBe(3)
  })

  it('resolves with the last value when its time is over', async () => {
    let looks = 0
    const last = await pollFor(async () => ++looks, { timeoutMs: 20, intervalMs: 1, until: () => false })
    expect(last).toBe(looks)
    expect(looks).toBeGreaterThan(1)
  })

  it('ends with the error of a look', async () => {
    await expect(pollFor(() => Promise.reject(new Error('broken')), { ...pace, until: () => true })).rejects.toThrow(
      'broken',
    )
  })

  it('ends with the reason of its signal while it pauses', async () => {
    const stopping = new AbortController()
    const polling = pollFor(async () => 0, {
      timeoutMs: 60_000,
      intervalMs: 60_000,
      until: () => false,
      signal: stopping.signal,
    })
    stopping.abort(new Error('enough'))
    await expect(polling).rejects.toThrow('enough')
  })
})

describe('retryFor', () => {
  it('acts once also when its signal is aborted already, for what must be tried at the end', async () => {
    let acts = 0
    const options = { timeoutMs: 1_000, intervalMs: 1, signal: AbortSignal.abort(new Error('enough')) }
    await retryFor(async () => ++acts, options)
    expect(acts).toBe(1)
    const fails = async () => {
      acts++
      throw new Error('no')
    }
    await expect(retryFor(fails, options)).rejects.toThrow('enough')
    expect(acts).toBe(2)
  })

  const failing = (times: number) => {
    let tries = 0
    return async () => {
      if (++tries <= times) throw new Error(`try ${tries}`)
      return tries
    }
  }

  it('resolves with the value of the first try that does not fail', async () => {
    expect(await retryFor(failing(2), { timeoutMs: 1_000, intervalMs: 1 })).toBe(3)
  })

  it('rejects with the last error when its time is over', async () => {
    await expect(retryFor(failing(1), { timeoutMs: 0, intervalMs: 1 })).rejects.toThrow('try 1')
  })

  it('rejects at once with an error that is not worth another try', async () => {
    const retries = (error: unknown) => (error as Error).message === 'try 1'
    await expect(retryFor(failing(9), { timeoutMs: 1_000, intervalMs: 1, retries })).rejects.toThrow('try 2')
  })

  it('ends with the reason of its signal', async () => {
    const stopping = new AbortController()
    const trying = retryFor(failing(9), { timeoutMs: 60_000, intervalMs: 60_000, signal: stopping.signal })
    stopping.abort(new Error('enough'))
    await expect(trying).rejects.toThrow('enough')
  })
})

describe('sleep', () => {
  it('rejects with the reason when its signal is already aborted', async () => {
    await expect(sleep(1, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  })
})

describe('backoffMs', () => {
  const limits = { firstMs: 100, maxMs: 1_000 }
  it('doubles up to its maximum', () => {
    expect([0, 1, 2, 3, 4, 50].map((attempt) => backoffMs(attempt, limits, () => 0.5))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ])
  })
  it('spreads by a fifth either way', () => {
    expect(backoffMs(0, limits, () => 0)).toBe(80)
    expect(backoffMs(0, limits, () => 1)).toBe(120)
  })
})
