import { describe, expect, it } from 'vitest'
import { downsample } from './downsample.ts'

describe('downsample', () => {
  it.each([
    ['keeps what is few enough', [1, 2, 3], 3, [1, 2, 3]],
    ['keeps nothing of nothing', [], 2, []],
    ['keeps the ends', [1, 2, 3, 4, 5], 2, [1, 5]],
    ['spreads evenly', [0, 1, 2, 3, 4, 5, 6, 7, 8], 3, [0, 4, 8]],
  ])('%s', (_, values: number[], count, expected) => expect(downsample(values, count)).toEqual(expected))
})
