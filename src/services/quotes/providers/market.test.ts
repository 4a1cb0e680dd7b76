import { describe, expect, it } from 'vitest'
import { Market } from './market.ts'

const DAY_MS = 86_400_000
const noon = Date.UTC(2026, 4, 12, 12)

describe('the simulated market', () => {
  it('gives the same price for the same seed, symbol and time, in any order of questions', () => {
    const times = [noon, noon - DAY_MS, noon + 3_000, noon + 10 * DAY_MS, noon]
    const one = new Market(7)
    const other = new Market(7)
    const forwards = times.map((time) => one.tradeAt('AAPL', time))
    const backwards = times.toReversed().map((time) => other.tradeAt('AAPL', time))
    expect(forwards).toEqual(backwards.toReversed())
  })

  it('differs by seed and by symbol', () => {
    const price = (seed: number, symbol: string) => new Market(seed).tradeAt(symbol, noon).price
    expect(new Set([price(1, 'AAPL'), price(2, 'AAPL'), price(1, 'MSFT')]).size).toBe(3)
  })

  it('moves from fetch to fetch, and never by much within a session', () => {
    const market = new Market(1)
    const prices = Array.from({ length: 600 }, (_, index) => market.tradeAt('TSLA', noon + index * 3_000).price)
    const steps = prices.slice(1).map((price, index) => Math.abs(price / (prices[index] ?? 0) - 1))
    expect(steps.filter((step) => step > 0).length).toBeGreaterThan(240)
    expect(Math.max(...steps)).toBeLessThan(0.01)
    expect(prices.every((price) => Number.isInteger(Math.round(price * 1e6) / 1e4))).toBe(true)
  })

  it('ends a session at the price that the next one calls previous, and opens with a gap', () => {
    const market = new Market(3)
    const midnight = Date.UTC(2026, 4, 13)
    const last = market.tradeAt('NVDA', midnight - 1_000)
    const first = market.tradeAt('NVDA', midnight)
    expect(Math.abs(last.price / first.previous - 1)).toBeLessThan(0.001)
    expect(first.price).not.toBe(first.previous)
    expect(Math.abs(first.price / first.previous - 1)).toBeLessThan(0.06)
  })

  it('halts now and then: price and time of the last trade stand still, and go on', () => {
    const market = new Market(1)
    const ages = Array.from({ length: 2 * 8_640 }, (_, index) => {
      const now = noon + index * 10_000
      return now - market.tradeAt('META', now).tradedAtMs
    })
    const halted = ages.filter((age) => age >= 1_000)
    expect(halted.length).toBeGreaterThan(0)
    expect(halted.length / ages.length).toBeLessThan(0.02)
    expect(Math.max(...ages)).toBeLessThan(301_000)
  })

  it('has a volatility of 25 to 60 % a year', () => {
    const market = new Market(5)
    const closes = Array.from({ length: 700 }, (_, day) => market.tradeAt('AMZN', Date.UTC(2024, 0, 2 + day)).previous)
    const moves = closes.slice(1).map((close, index) => Math.log(close / (closes[index] ?? 1)))
    const mean = moves.reduce((sum, move) => sum + move, 0) / moves.length
    const yearly = Math.sqrt((moves.reduce((sum, move) => sum + (move - mean) ** 2, 0) / moves.length) * 365)
    expect(yearly).toBeGreaterThan(0.22)
    expect(yearly).toBeLessThan(0.68)
  })
})
