import { describe, expect, it } from 'vitest'
import { noOp } from './no-op.ts'
import { injection, Victim } from './test-victim.ts'

describe('no-op', () => {
  it('lands, does nothing and leaves nothing to undo', async () => {
    const victim = new Victim()
    const fault = await noOp.start(victim, {}, injection)
    expect(fault.landing.landed).toBe(true)
    expect(await fault.undo()).toMatchObject({ changed: false })
    expect(victim.starts).toBe(0)
  })
})
