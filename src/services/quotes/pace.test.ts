import { describe, expect, it } from 'vitest'
import { Pace } from './pace.ts'

const pace = (random = 0.5) => new Pace({ minMs: 2_000, maxMs: 5_000, random: () => random })

describe('pace', () => {
  it.each([
    ['the shortest pause', 0, 2_000],
    ['the middle', 0.5, 3_500],
    ['nearly the longest', 0.999, 4_997],
  ])('fetches every 2 to 5 s: %s', (_, random, ms) => expect(pace(random).succeeded()).toBeCloseTo(ms))

  it('backs off from failure to failure, up to half a minute', () => {
    const one = pace()
    expect(Array.from({ length: 6 }, () => one.failed())).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('waits as long as the source wants, but not less than it would have anyway', () => {
    expect(pace().failed(60_000)).toBe(60_000)
    expect(pace().failed(1)).toBe(2_000)
  })

  it('opens the breaker with the third failure, tries half open, and closes with a success', () => {
    const one = pace()
    for (let failures = 0; failures < 2; failures++) one.failed()
    expect(one.state).toBe('closed')
    one.failed()
    expect(one.state).toBe('open')
    one.begin()
    expect(one.state).toBe('half_open')
    one.failed()
    expect(one.state).toBe('open')
    one.begin()
    expect(one.succeeded()).toBe(3_500)
    expect(one.state).toBe('closed')
    expect(one.failed()).toBe(2_000)
  })
})
