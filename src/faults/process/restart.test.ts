import { afterEach, describe, expect, it } from 'vitest'
import { injection, Victim } from '../test-victim.ts'
import { restart } from './restart.ts'

let victim: Victim
afterEach(() => victim.remove())

describe('restart', () => {
  it('lands when another process stands in the place of the first, and leaves nothing to undo', async () => {
    victim = await Victim.running()
    const before = victim.pid()
    const fault = await restart.start(victim, {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: `pid ${before} became ${victim.pid()}` })
    expect(await fault.undo()).toMatchObject({ changed: false })
  })
})
