import { describe, expect, it } from 'vitest'
import { didYouMean } from './near-name.ts'

const drills = ['quiet', 'store-crash', 'store-paused', 'crash-loop', 'low-memory', 'memory-leak', 'slow-rule']
const faults = ['cpu', 'kill', 'latency', 'network-latency', 'network-stall', 'network-blackhole', 'network-bandwidth']

describe('a name that there is not', () => {
  it.each([
    ['two letters swapped', 'stroe-crash', drills, 'did you mean store-crash?'],
    ['a letter that is missing', 'stor-crash', drills, 'did you mean store-crash?'],
    ['another case', 'KILL', faults, 'did you mean kill?'],
    ['the begin of one', 'lat', faults, 'did you mean latency?'],
    ['the begin of several', 'store', drills, 'did you mean store-crash or store-paused?'],
    ['the begin of too many', 'network', faults, undefined],
    ['a word of several', 'memory', drills, 'did you mean low-memory or memory-leak?'],
    [
      'a word of a name in one piece',
      'unhealthy',
      ['ServiceUnhealthy', 'ServiceDown'],
      'did you mean ServiceUnhealthy?',
    ],
    ['something else', 'nope', ['browse', 'trade', 'cpu'], undefined],
    ['something short', 'x', ['cpu', 'abort'], undefined],
    ['nothing', '', ['cpu'], undefined],
    ['a novel', 'x'.repeat(10_000), ['cpu'], undefined],
  ])('is taken for the near one: %s', (_, given, known, expected) => {
    expect(didYouMean(given, known)).toBe(expected)
  })

  it('is looked for among a hundred thousand names in no time', () => {
    const known = Array.from({ length: 100_000 }, (_, index) => `a_series_of_a_large_system_${index}`)
    const begunMs = performance.now()
    expect(didYouMean('a_series_of_a_lrage_system_7', known)).toContain('a_series_of_a_large_system_')
    expect(performance.now() - begunMs).toBeLessThan(10_000)
  })
})
