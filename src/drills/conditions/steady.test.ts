import { describe, expect, it } from 'vitest'
import type { SteadyState } from '../evidence/steady-record.ts'
import { factsAt, lookAt as looked } from '../judge/test-facts.ts'
import { steady } from './steady.ts'
import { lookAt } from './test-look.ts'

const condition = steady.build({ steady: true, within: '9s' })

describe('steady', () => {
  it.each<[string, [number, SteadyState][], { met: boolean; seen: string }]>([
    [
      'back',
      [
        [50, 'bad'],
        [2_000, 'good'],
      ],
      { met: true, seen: 'the steady state was again' },
    ],
    ['not back', [[50, 'bad']], { met: false, seen: 'ready: bad' }],
    [
      'back for too short a time',
      [
        [50, 'bad'],
        [9_900, 'good'],
      ],
      { met: false, seen: 'all is good, but not for long enough' },
    ],
    ['not left by the fault yet', [], { met: false, seen: 'the steady state was never left' }],
  ])('is true when the steady state is back to stay: it is %s', async (_, looks, look) => {
    const facts = factsAt(10_000)
    for (const [atMs, state] of looks) facts.observations.steady.add(looked(atMs, state))
    expect(await lookAt(condition, facts)).toEqual(look)
  })

  it('is true before any fault while the steady state was never left', async () => {
    expect(await lookAt(condition, { ...factsAt(10_000), injected: [] })).toMatchObject({ met: true })
  })
})
