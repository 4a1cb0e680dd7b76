import { describe, expect, it } from 'vitest'
import { sparklineShape } from './sparkline-shape.ts'

const box = { width: 100, height: 30, margin: 2, reference: 1 }
const at = (...prices: number[]) => prices.map((price, index) => ({ atMs: index * 1_000, price }))

describe('sparklineShape', () => {
  it('draws the lowest price at the bottom and the highest at the top, oldest to the left', () => {
    expect(sparklineShape(at(1, 3), box)).toEqual({ line: '2,28 98,2', end: { x: 98, y: 2 }, referenceY: 28 })
  })
  it('spreads by time, not by count', () => {
    const points = [...at(1, 2), { atMs: 10_000, price: 3 }]
    expect(sparklineShape(points, box)?.line.split(' ')[1]).toBe('11.6,15')
  })
  it('draws a price that never moved in the middle', () => {
    expect(sparklineShape(at(5, 5, 5), box)?.line).toBe('2,15 50,15 98,15')
  })
  it('leaves out a reference that lies outside', () => {
    expect(sparklineShape(at(2, 3), box)).not.toHaveProperty('referenceY')
  })
  it.each([[at()], [at(1)]])('draws nothing of too few points', (points) => {
    expect(sparklineShape(points, box)).toBeUndefined()
  })
})
