import { describe, expect, it } from 'vitest'
import { SingleFlight } from './single-flight.ts'

describe('SingleFlight', () => {
  it('does the work once for all who ask meanwhile, and again for who asks later', async () => {
    const flights = new SingleFlight<number>()
    let done = 0
    const work = async () => ++done
    expect(await Promise.all([flights.run('a', work), flights.run('a', work), flights.run('b', work)])).toEqual([
      1, 1, 2,
    ])
    expect(await flights.run('a', work)).toBe(3)
  })

  it('shares a failure and forgets it', async () => {
    const flights = new SingleFlight<number>()
    const failing = () => Promise.reject(new Error('broken'))
    const outcomes = await Promise.allSettled([flights.run('a', failing), flights.run('a', async () => 1)])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
    expect(await flights.run('a', async () => 2)).toBe(2)
  })
})
