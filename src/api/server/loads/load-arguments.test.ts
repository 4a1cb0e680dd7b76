import { describe, expect, it } from 'vitest'
import { loadArguments } from './load-arguments.ts'

const least = { journey: 'browse', durationMs: 60_000, thresholds: [], abortOnFail: false }

describe('the arguments of a load', () => {
  it.each([
    ['what every load has', {}, 'load --journey browse --duration 60000ms'],
    ['a level', { level: 'heavy' as const }, 'load --journey browse --level heavy --duration 60000ms'],
    [
      'users',
      { users: 7, spawnRatePerSecond: 0.5, seed: 0 },
      'load --journey browse --users 7 --spawn-rate 0.5 --duration 60000ms --seed 0',
    ],
    [
      'a rate',
      { ratePerSecond: 500, shape: 'spike' as const, maxUsers: 20 },
      'load --journey browse --rate 500 --shape spike --max-users 20 --duration 60000ms',
    ],
    [
      'a tiny rate, as a plain number',
      { ratePerSecond: 1e-7 },
      'load --journey browse --rate 0.0000001 --duration 60000ms',
    ],
  ])('say %s', (_, more, expected) => {
    expect(loadArguments({ ...least, ...more }).join(' ')).toBe(expected)
  })

  it('keep each threshold one argument, with all that is in it', () => {
    const thresholds = ['p99{GET /a b}<1s', 'errors<1%']
    expect(loadArguments({ ...least, thresholds, abortOnFail: true }).slice(5)).toEqual([
      '--threshold',
      'p99{GET /a b}<1s',
      '--threshold',
      'errors<1%',
      '--abort-on-fail',
    ])
  })
})
