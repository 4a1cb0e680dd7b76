import { describe, expect, it } from 'vitest'
import { lanesOf, placeOf, ticksOf } from './lanes.ts'

const span = (name: string, instance: string, fromMs: number, toMs: number) => ({
  name,
  labels: { instance },
  state: 'firing' as const,
  fromMs,
  toMs,
  lasts: false,
})

describe('lanesOf', () => {
  it('makes a lane of an alert and what it is about, the latest at the top', () => {
    const { lanes, hidden } = lanesOf({
      alerts: [span('Down', 'a', 0, 5), span('Slow', 'a', 0, 9), span('Down', 'a', 6, 7), span('Down', 'b', 0, 1)],
    })
    expect(lanes.map(({ key, spans }) => [key, spans.length])).toEqual([
      ['Slow a', 1],
      ['Down a', 2],
      ['Down b', 1],
    ])
    expect(hidden).toBe(0)
  })

  it('puts what fired before what was only pending, however late that was', () => {
    const pending = { ...span('Slow', 'a', 8, 9), state: 'pending' as const }
    const { lanes } = lanesOf({ alerts: [span('Down', 'a', 0, 1), pending] })
    expect(lanes.map(({ key }) => key)).toEqual(['Down a', 'Slow a'])
  })

  it('leaves out the oldest of very many, and counts them', () => {
    const alerts = Array.from({ length: 30 }, (_, at) => span('Down', `s-${at}`, at, at + 1))
    const { lanes, hidden } = lanesOf({ alerts })
    expect([lanes.length, hidden, lanes[0]?.about]).toEqual([24, 6, 's-29'])
  })
})

describe('placeOf and ticksOf', () => {
  const range = { fromMs: 100_000, toMs: 200_000 }
  it.each([
    [100_000, 150_000, '0.000%', '50.000%'],
    [50_000, 120_000, '0.000%', '20.000%'],
    [190_000, 999_000, '90.000%', '10.000%'],
    [150_000, 150_001, '50.000%', '0.300%'],
  ])('place %d to %d at %s, %s wide', (fromMs, toMs, left, width) => {
    expect(placeOf({ fromMs, toMs }, range)).toEqual({ left, width })
  })

  it('put ticks on whole steps inside of the range', () => {
    expect(ticksOf({ fromMs: 61_000, toMs: 361_000 })).toEqual([120_000, 180_000, 240_000, 300_000, 360_000])
    expect(ticksOf({ fromMs: 0, toMs: 900_000 }).length).toBeLessThanOrEqual(7)
  })
})
