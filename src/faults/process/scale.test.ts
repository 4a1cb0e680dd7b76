import { describe, expect, it } from 'vitest'
import { injection, Victim } from '../test-victim.ts'
import { scale } from './scale.ts'

describe('scale', () => {
  it('lands when there are as many replicas as asked, and goes back', async () => {
    const victim = new Victim()
    const fault = await scale.start(victim, { to: 0 }, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: 'victim went from 1 to 0 replicas' })
    expect(await fault.undo()).toMatchObject({ changed: true, detail: 'scaled victim from 0 back to 1' })
    expect(victim.replicas()).toBe(1)
  })

  it('does not land where there are as many already, and then undoes nothing', async () => {
    const victim = new Victim()
    const fault = await scale.start(victim, { to: 1 }, injection)
    expect(fault.landing.landed).toBe(false)
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('leaves alone what somebody has scaled since', async () => {
    const victim = new Victim()
    const fault = await scale.start(victim, { to: 0 }, injection)
    await victim.scale(3)
    expect(await fault.undo()).toMatchObject({ changed: false, detail: 'victim has 3 replicas' })
    expect(victim.replicas()).toBe(3)
  })
})
