import { describe, expect, it } from 'vitest'
import { factsAt, incidentAt, ZERO_MS } from '../judge/test-facts.ts'
import { action } from './action.ts'
import { lookAt } from './test-look.ts'

const condition = action.build({ action: 'restart', target: 'store', within: '2s' })
const begun = { action: 'restart', target: 'store-1', actingAtMs: ZERO_MS + 310 }

describe('action', () => {
  it.each([
    ['is done', { ...begun, actedAtMs: ZERO_MS + 700, ok: true }, { met: true, seen: 'incident i-1' }],
    ['has failed', { ...begun, actedAtMs: ZERO_MS + 700, ok: false }, { met: false, seen: 'the action failed' }],
    ['has begun', begun, { met: false, seen: 'begun, not ended' }],
  ])('is true only when the action is done: it %s', async (_, done, look) => {
    const facts = factsAt(1_000)
    facts.observations.incidents = [incidentAt(300, { actions: [done] })]
    expect(await lookAt(condition, facts)).toEqual(look)
  })
})
