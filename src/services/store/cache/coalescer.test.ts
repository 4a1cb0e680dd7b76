import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Coalescer } from './coalescer.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** All that was asked for before has begun, if there was room. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Work that ends when the test ends it; each piece is what it was given. */
function pieces(maxUnderWay: number, maxSize: number) {
  const begun: { inputs: readonly number[]; end: (error?: Error) => void }[] = []
  const coalescer = new Coalescer<number, number>({
    work: (inputs) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve(inputs.map((one) => one * 10)) : reject(error))
        begun.push({ inputs, end })
      }),
    maxUnderWay,
    maxSize,
    maxWaitMs: 1_000,
    late: () => new Error('late'),
  })
  return { coalescer, begun, inputs: () => begun.map((one) => one.inputs) }
}

describe('Coalescer', () => {
  it('does together what is asked for in one turn or meanwhile, each with its own outcome', async () => {
    const { coalescer, begun, inputs } = pieces(1, 3)
    const first = [1, 2].map((input) => coalescer.run(input))
    await turn()
    expect(inputs()).toEqual([[1, 2]])
    const later = [3, 4, 5, 6].map((input) => coalescer.run(input))
    await turn()
    expect(inputs()).toHaveLength(1)
    begun[0]?.end()
    await vi.waitFor(
      () =>
        expect(inputs()).toEqual([
          [1, 2],
          [3, 4, 5],
        ]),
      { timeout: 20_000 },
    )
    begun[1]?.end()
    await vi.waitFor(() => expect(inputs()).toEqual([[1, 2], [3, 4, 5], [6]]), { timeout: 20_000 })
    begun[2]?.end()
    expect(await Promise.all([...first, ...later])).toEqual([10, 20, 30, 40, 50, 60])
  })

  it('shares out many among the pieces there is room for, and leaves few together', async () => {
    const { coalescer, begun, inputs } = pieces(2, 100)
    const ask = (many: number) => {
      for (let input = 0; input < many; input++) void coalescer.run(input)
    }
    ask(41)
    await turn()
    expect(inputs().map(({ length }) => length)).toEqual([21, 20])
    for (const piece of begun) piece.end()
    await turn()
    ask(17)
    await turn()
    expect(inputs().map(({ length }) => length)).toEqual([21, 20, 9, 8])
    for (const piece of begun) piece.end()
    await turn()
    ask(16)
    await turn()
    expect(inputs().map(({ length }) => length)).toEqual([21, 20, 9, 8, 16])
  })

  it('gives an error to all whose work it was, and to nobody else', async () => {
    const { coalescer, begun, inputs } = pieces(1, 10)
    const first = coalescer.run(1)
    await turn()
    const outcomes = Promise.allSettled([first, coalescer.run(2), coalescer.run(3)])
    begun[0]?.end()
    await vi.waitFor(() => expect(inputs()).toHaveLength(2), { timeout: 20_000 })
    begun[1]?.end(new Error('broken'))
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  it('refuses who waits too long, and never begins what it refused', async () => {
    const { coalescer, begun, inputs } = pieces(1, 10)
    const first = coalescer.run(1)
    await turn()
    const second = coalescer.run(2).catch((error: Error) => error.message)
    await vi.advanceTimersByTimeAsync(900)
    const third = coalescer.run(3)
    await vi.advanceTimersByTimeAsync(200)
    expect(await second).toBe('late')
    begun[0]?.end()
    expect(await first).toBe(10)
    await vi.waitFor(() => expect(inputs()).toEqual([[1], [3]]), { timeout: 20_000 })
    begun[1]?.end()
    expect(await third).toBe(30)
  })
})
