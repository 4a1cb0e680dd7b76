import { describe, expect, it } from 'vitest'
import { factsAt, incidentAt, ZERO_MS } from '../../src/drills/judge/test-facts.ts'
import { actionsAtMost } from './actions-at-most.ts'

const restart = (ms: number) => ({ action: 'restart', target: 'store-1', actingAtMs: ZERO_MS + ms })
const slack = { action: 'slack', target: 'ops', actingAtMs: ZERO_MS + 400, notifies: true }

describe('actionsAtMost', () => {
  it.each([
    ['is met by one repair and a message', [restart(310), slack], true, '1 actions'],
    ['is missed by two repairs', [restart(310), restart(900)], false, '2 actions'],
  ])('%s', (_, actions, met, text) => {
    const facts = factsAt(5_000)
    facts.observations.incidents = [incidentAt(300, { actions })]
    const expectation = actionsAtMost.build({ actionsAtMost: 1 })
    expect(expectation.see(facts)).toEqual({ atMs: null, text, met })
    expect(expectation.samples(facts).every(({ passes }) => passes)).toBe(met)
  })
})
