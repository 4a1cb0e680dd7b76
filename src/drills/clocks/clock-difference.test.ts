import { describe, expect, it } from 'vitest'
import { clockDifferences } from './clock-difference.ts'

const NOW = 1_700_000_000_000

/** What is found where clocks were read at these moments, in milliseconds since a question that took 400 ms. */
function found(...since: number[]): Promise<string[]> {
  const clocks = since.map((ms, index) => ({
    url: `http://p${index}/`,
    askedAtMs: NOW,
    answeredAtMs: NOW + 400,
    atMs: NOW + ms,
  }))
  return clockDifferences({ clocks: async () => clocks }, { timeoutMs: 1 })
}

describe('the clock of Prometheus', () => {
  it.each([
    ['as ours', 200],
    ['a little behind', -1_000],
    ['a little ahead: the answer has taken that long', 1_400],
  ])('may be %s', async (_, since) => {
    expect(await found(since)).toEqual([])
  })

  it('is named with its server and the difference', async () => {
    expect(await found(0, 4_600, -4_200)).toEqual([
      'the clock of Prometheus at http://p1/ is 4.20 s ahead of that of this machine',
      'the clock of Prometheus at http://p2/ is 4.20 s behind that of this machine',
    ])
  })
})
