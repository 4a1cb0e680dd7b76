import { describe, expect, it } from 'vitest'
import { factsAt, incidentAt, ZERO_MS } from '../judge/test-facts.ts'
import { action } from './action.ts'
import { acted, actedBeforeAcknowledged, nothing, type Prepare, resultOf } from './test-evidence.ts'

const escalated: Prepare = ({ observations }) => {
  observations.incidents = [
    incidentAt(300, { escalatedAtMs: ZERO_MS + 900, escalation: 'three restarts did not help' }),
  ]
}

describe('action', () => {
  it.each<[string, Prepare, boolean, string]>([
    ['an action on the replica', acted(700), true, 'incident i-1'],
    ['an action received before the injection was acknowledged', actedBeforeAcknowledged, true, 'incident i-1'],
    ['an action on the service', acted(700, 'store'), true, 'incident i-1'],
    ['an action on another', acted(700, 'store-front-1'), false, 'not decided; instead: restart store-front-1'],
    ['an action that failed', acted(700, 'store-1', false), false, 'the action failed'],
    ['an action too late', acted(2_001), false, 'too late, after 2.00 s: incident i-1'],
    ['no incident', nothing, false, 'not decided; no incident'],
  ])('judges %s', (_, prepare, met, observed) => {
    expect(resultOf('action', prepare)).toMatchObject({ met, observed })
  })

  it.each<[string, Prepare, boolean, string]>([
    ['when the incident was left to a person', escalated, true, 'incident i-1: three restarts did not help'],
    ['when nothing was left to a person', acted(700), false, 'nothing was left to a person'],
  ])('knows escalation: %s', (_, prepare, met, text) => {
    const facts = factsAt(10_000)
    prepare(facts)
    const expectation = action.build({ action: 'escalate', target: 'store', within: '2s' })
    const { atMs, text: observed } = expectation.see(facts)
    expect([atMs !== null, observed]).toEqual([met, text])
  })

  it('is held back by a guard, which it names', () => {
    const held: Prepare = ({ observations }) => {
      const decision = { action: 'restart', target: 'store-1', reason: 'cooldown of 30 s', suppressed: 'cooldown' }
      observations.incidents = [incidentAt(300, { decision })]
    }
    expect(resultOf('action', held)).toMatchObject({ met: false, observed: 'held back: cooldown of 30 s' })
  })

  it('is judged by every action of the run', () => {
    expect(resultOf('action', acted(700, 'store-1', false))?.samples).toEqual([
      { atMs: ZERO_MS + 700, source: 'incident i-1', value: 'restart store-1, failed', passes: false },
    ])
  })
})
