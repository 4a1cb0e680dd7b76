import { expect, it } from 'vitest'
import { inTurn } from './in-turn.ts'

it('inTurn runs one write at a time; what is called meanwhile shares the next, also after a failed one', async () => {
  const begun: (() => void)[] = []
  let running = 0
  const write = inTurn(async () => {
    expect(++running).toBe(1)
    const number = begun.length + 1
    await new Promise<void>((resolve) => begun.push(resolve))
    running--
    if (number === 1) throw new Error('full')
    return number
  })
  const first = write()
  const [second, third] = [write(), write()]
  expect(begun).toHaveLength(1)
  begun[0]?.()
  await expect(first).rejects.toThrow('full')
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.()
  expect(await Promise.all([second, third])).toEqual([2, 2])
})
