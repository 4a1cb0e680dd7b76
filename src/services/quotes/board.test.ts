import { describe, expect, it } from 'vitest'
import { Board } from './board.ts'

const price = (symbol: string, amount: number) => ({
  symbol,
  name: symbol,
  price: amount,
  previous: 100,
  currency: 'USD',
  tradedAtMs: 1_000,
})

function boardAt(nowMs: { value: number }) {
  return new Board({ symbols: ['A', 'B'], capacity: 3, staleAfterMs: 15_000, nowMs: () => nowMs.value })
}

describe('the board', () => {
  it('shows price, previous, change and age', () => {
    const board = boardAt({ value: 12_500 })
    board.apply({ id: 1, fetchedAtMs: 10_000, prices: [price('A', 101.5)] })
    expect(board.quotes()).toEqual([
      {
        symbol: 'A',
        name: 'A',
        price: 101.5,
        previous: 100,
        change: 1.5,
        changePercent: 1.5,
        currency: 'USD',
        asOf: '1970-01-01T00:00:01.000Z',
        stale: false,
        ageMs: 2_500,
      },
    ])
  })

  it('gives a first price as much time as any price may be old', () => {
    const now = { value: 100_000 }
    const board = boardAt(now)
    now.value += 15_000
    expect(board.isOverdue('A')).toBe(false)
    now.value += 1
    expect(board.isOverdue('A')).toBe(true)
    board.apply({ id: 1, fetchedAtMs: now.value, prices: [price('A', 1)] })
    expect([board.isOverdue('A'), board.isOverdue('B')]).toEqual([false, true])
  })

  it('keeps the last good price of a symbol that later ticks leave out, and marks it as stale when it is old', () => {
    const now = { value: 0 }
    const board = boardAt(now)
    board.apply({ id: 1, fetchedAtMs: 0, prices: [price('A', 1), price('B', 2)] })
    board.apply({ id: 2, fetchedAtMs: 10_000, prices: [price('A', 1)] })
    now.value = 15_000
    expect(board.quote('B')).toMatchObject({ price: 2, stale: false })
    now.value = 15_001
    expect(board.quote('B')).toMatchObject({ price: 2, stale: true, ageMs: 15_001 })
    expect(board.quote('A')).toMatchObject({ stale: false })
  })

  it('announces only what changed, also when it was stale and is confirmed', () => {
    const now = { value: 0 }
    const board = boardAt(now)
    const announced: string[][] = []
    board.onChange(({ prices }) => announced.push(prices.map(({ symbol }) => symbol)))
    board.apply({ id: 1, fetchedAtMs: 0, prices: [price('A', 1), price('B', 2)] })
    board.apply({ id: 2, fetchedAtMs: 3_000, prices: [price('A', 1), price('B', 3)] })
    now.value = 30_000
    board.apply({ id: 3, fetchedAtMs: 30_000, prices: [price('A', 1)] })
    expect(announced).toEqual([['A', 'B'], ['B'], ['A']])
  })

  it.each([
    ['a tick that comes twice', { id: 5, fetchedAtMs: 6_000, prices: [price('A', 9)] }],
    ['a tick with an old id', { id: 4, fetchedAtMs: 9_000, prices: [price('A', 9)] }],
    ['a price that was fetched earlier', { id: 6, fetchedAtMs: 4_000, prices: [price('A', 9)] }],
    ['a symbol that is not watched', { id: 6, fetchedAtMs: 9_000, prices: [price('Z', 9)] }],
  ])('is not changed by %s', (_, tick) => {
    const board = boardAt({ value: 5_000 })
    board.apply({ id: 5, fetchedAtMs: 5_000, prices: [price('A', 1)] })
    const before = board.quotes()
    board.apply(tick)
    expect(board.quotes()).toEqual(before)
  })

  it('remembers a fixed number of ticks and no more', () => {
    const board = boardAt({ value: 0 })
    for (let id = 1; id <= 5; id++) board.apply({ id, fetchedAtMs: id, prices: [price('A', id)] })
    expect(board.since(3)?.map(({ id }) => id)).toEqual([4, 5])
    expect(board.since(5)).toEqual([])
    expect(board.since(2)).toBeUndefined()
    expect(board.history('A', 2).map((one) => one.price)).toEqual([4, 5])
    expect(board.history('A', 100).map((one) => one.price)).toEqual([3, 4, 5])
  })
})
