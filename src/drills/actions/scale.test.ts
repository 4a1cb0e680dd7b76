import { describe, expect, it } from 'vitest'
import { profiles } from '../../stack/profile.ts'
import { scale } from './scale.ts'
import { TestSystem } from './test-system.ts'

const action = scale.build({ target: 'store', to: 3 })

describe('scale', () => {
  it('leases the change, and puts back as many replicas as there were', async () => {
    const system = new TestSystem()
    const { detail, putBacks } = await system.carryOut(action)
    expect(detail).toBe('store went from 2 to 3')
    expect(await putBacks[0]?.()).toBe('store has 2 replicas again; the drill had set 3')
    expect(system.calls).toEqual(['lease store {"replicas":2}', 'keep', 'scale store 3', 'scale store 2', 'settle'])
  })

  it('has nothing to put back where there are that many already', async () => {
    const system = new TestSystem({ replicas: { store: 3 } })
    expect(await system.carryOut(action)).toMatchObject({ putBacks: [] })
    expect(system.calls).toEqual(['scale store 3'])
  })

  it.each([
    [2, 'store can have 2 replicas at most'],
    [1, 'store can have one replica at most'],
    [3, undefined],
  ])('is impossible beyond what the service can have: %i', (maxReplicas, why) => {
    const services = [{ name: 'store', maxReplicas }]
    const context = { profile: profiles.lab, alertRules: [], services, faultHost: {}, live: false }
    expect(action.whyImpossible?.(context)).toBe(why)
  })
})
