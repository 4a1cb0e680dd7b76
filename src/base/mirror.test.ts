import { describe, expect, it, vi } from 'vitest'
import { Mirror } from './mirror.ts'
import { Troubles } from './troubles.ts'

describe('Mirror', () => {
  it('writes at once, synchronously where writing is synchronous', () => {
    let written = 0
    void new Mirror('a file', () => void written++, new Troubles()).write()
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
    const mirror = new Mirror('processes.json', write, troubles, 5)
    await mirror.write()
    expect(troubles.list()).toMatchObject([
      { kind: 'files', text: 'processes.json cannot be written: ENOSPC: no space left on device' },
    ])
    state = 'new'
    isFull = false
    await vi.waitFor(() => expect(onDisk).toBe('new'), { timeout: 20_000 })
    expect(troubles.list()).toEqual([])
  })

  it('writes nothing again once it is closed', async () => {
    let tries = 0
    const mirror = new Mirror(
      'a file',
      () => {
        tries++
        throw new Error('full')
      },
      new Troubles(),
      1,
    )
    await mirror.write()
    mirror.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(tries).toBe(1)
  })
})
