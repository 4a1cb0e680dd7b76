import { describe, expect, it, vi } from 'vitest'
import { Troubles } from '../system/troubles.ts'
import { Mirror } from './mirror.ts'

describe('Mirror', () => {
  it('writes at once, synchronously where writing is synchronous', () => {
    let written = 0
    void new Mirror('a file', () => void written++, { troubles: new Troubles() }).write()
    expect(written).toBe(1)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('ENOSPC: no space left on device')
      },
    ],
    ['rejects', () => Promise.reject(new Error('ENOSPC: no space left on device'))],
  ])('is a trouble while writing %s, and writes the newest state once it works', async (_how, fail) => {
    const troubles = new Troubles()
    let isFull = true
    let state = 'old'
    let onDisk = ''
    const write = (): Promise<void> | void => {
      if (isFull) return fail()
      onDisk = state
    }
    const mirror = new Mirror('processes.json', write, { troubles, againAfterMs: 5 })
    await mirror.write()
    expect(troubles.list()).toMatchObject([
      { kind: 'files', text: 'processes.json cannot be written: ENOSPC: no space left on device' },
    ])
    state = 'new'
    isFull = false
    await vi.waitFor(() => expect(onDisk).toBe('new'), { timeout: 20_000 })
    expect(troubles.list()).toEqual([])
  })

  it('ends with the newest state, also when a write begins while a slower one is under way', async () => {
    let state = 'old'
    let onDisk = ''
    const release: (() => void)[] = []
    const write = async () => {
      const written = state
      await new Promise<void>((resolve) => release.push(resolve))
      onDisk = written
    }
    const mirror = new Mirror('targets', write, { troubles: new Troubles() })
    const first = mirror.write()
    state = 'newer'
    const second = mirror.write()
    state = 'newest'
    const third = mirror.write()
    // The last that has begun ends first, as it may on a busy disk.
    const releasing = setInterval(() => release.pop()?.(), 1)
    await Promise.all([first, second, third]).finally(() => clearInterval(releasing))
    expect(onDisk).toBe('newest')
  })

  it('writes synchronously each time, also twice in a row', () => {
    let written = 0
    const mirror = new Mirror('a file', () => void written++, { troubles: new Troubles() })
    void mirror.write()
    void mirror.write()
    expect(written).toBe(2)
  })

  it('writes nothing again once it is closed', async () => {
    let tries = 0
    const mirror = new Mirror(
      'a file',
      () => {
        tries++
        throw new Error('full')
      },
      { troubles: new Troubles(), againAfterMs: 1 },
    )
    await mirror.write()
    mirror.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(tries).toBe(1)
  })
})
