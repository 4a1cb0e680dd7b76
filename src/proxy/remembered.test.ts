import { describe, expect, it } from 'vitest'
import { Remembered } from './remembered.ts'

describe('what outlives its users', () => {
  const create = () =>
    new Remembered<{ bytes: number }>({ create: () => ({ bytes: 0 }), most: 2, isWorth: ({ bytes }) => bytes > 0 })
  const keys = (of: Iterable<[string, unknown]>) => [...of].map(([key]) => key).sort()

  it('goes on where it was when its key comes back', () => {
    const all = create()
    all.take('a').bytes = 5
    all.release('a')
    expect(all.take('a').bytes).toBe(5)
  })

  it('is the latest of those without a user, and all that are used', () => {
    const all = create()
    all.take('used').bytes = 1
    for (const key of ['a', 'b', 'c', 'empty']) {
      const value = all.take(key)
      if (key !== 'empty') value.bytes = 1
      all.release(key)
    }
    expect(keys(all)).toEqual(['b', 'c', 'used'])
  })

  it('stays for its second user when the first one leaves', () => {
    const all = create()
    expect(all.take('a')).toBe(all.take('a'))
    all.release('a')
    expect(keys(all)).toEqual(['a'])
  })
})
