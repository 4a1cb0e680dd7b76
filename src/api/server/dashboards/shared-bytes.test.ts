import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MOST_OPEN, SharedBytes } from './shared-bytes.ts'

let nowMs: number
let answers: SharedBytes
beforeEach(() => {
  nowMs = 0
  answers = new SharedBytes(() => nowMs)
})

const bytes = (size = 1) => Promise.resolve(Buffer.alloc(size))
const never = () => new Promise<Buffer>(() => undefined)

describe('shared answers', () => {
  it('are made once for all who ask for the same', async () => {
    const make = vi.fn(() => bytes())
    const all = await Promise.all(Array.from({ length: 50 }, () => answers.get('a', 1_000, make)))
    expect(make).toHaveBeenCalledTimes(1)
    // The very same bytes, not copies of them.
    expect(new Set(all).size).toBe(1)
    await answers.get('b', 1_000, make)
    expect(make).toHaveBeenCalledTimes(2)
  })

  it('are made again when their time is over', async () => {
    const make = vi.fn(() => bytes())
    await answers.get('a', 1_000, make)
    nowMs = 999
    await answers.get('a', 1_000, make)
    expect(make).toHaveBeenCalledTimes(1)
    nowMs = 1_000
    await answers.get('a', 1_000, make)
    expect(make).toHaveBeenCalledTimes(2)
  })

  it('that failed are tried again after a second, not by each who asks', async () => {
    const make = vi.fn(() => Promise.reject(new Error('gone')))
    for (let asked = 0; asked < 3; asked += 1) await expect(answers.get('a', 60_000, make)).rejects.toThrow('gone')
    expect(make).toHaveBeenCalledTimes(1)
    nowMs = 1_000
    await expect(answers.get('a', 60_000, make)).rejects.toThrow('gone')
    expect(make).toHaveBeenCalledTimes(2)
  })

  it('are refused when too many different ones are being made, and not when they are the same', async () => {
    for (let open = 0; open < MOST_OPEN; open += 1) void answers.get(`${open}`, 1_000, never)
    void answers.get('0', 1_000, never)
    await expect(answers.get('one more', 1_000, never)).rejects.toMatchObject({
      status: 503,
      problem: { code: 'FD_DASHBOARDS_BUSY' },
    })
  })

  it('are forgotten when they are too many, or too large together, the oldest first', async () => {
    const made: string[] = []
    const make = (key: string, size = 1) =>
      answers.get(key, 60_000, () => {
        made.push(key)
        return bytes(size)
      })
    for (let count = 0; count < 101; count += 1) await make(`${count}`)
    made.length = 0
    await make('100')
    await make('1')
    expect(made).toEqual([])
    await make('0')
    expect(made).toEqual(['0'])
    await make('large', 20 * 1024 * 1024)
    await make('as large', 20 * 1024 * 1024)
    made.length = 0
    await make('as large')
    await make('large')
    expect(made).toEqual(['large'])
  })
})
