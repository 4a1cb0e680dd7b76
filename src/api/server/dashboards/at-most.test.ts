import { expect, it } from 'vitest'
import { atMost } from './at-most.ts'

it('runs no more than that many at a time, all of them, in the order in which they came', async () => {
  const inTurn = atMost(3)
  let running = 0
  let most = 0
  const begun: number[] = []
  const all = Array.from({ length: 20 }, (_, index) =>
    inTurn(async () => {
      begun.push(index)
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, index % 3))
      running -= 1
      if (index === 5) throw new Error('one fails')
      return index
    }),
  )
  const ended = await Promise.allSettled(all)
  expect(most).toBe(3)
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index))
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1)
})
