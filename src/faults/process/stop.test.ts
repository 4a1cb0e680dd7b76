import { afterEach, describe, expect, it } from 'vitest'
import { injection, Victim } from '../test-victim.ts'
import { stop } from './stop.ts'

let victim: Victim
afterEach(() => victim.remove())

describe('stop', () => {
  it('lands when the process is gone for good, and starts it when it is undone', async () => {
    victim = await Victim.running()
    const pid = victim.pid()
    const fault = await stop.start(victim, {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    expect(victim.state()).toBe('stopped')
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(victim.state()).toBe('healthy')
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('does not land on what is not running, and then starts nothing', async () => {
    victim = new Victim()
    const fault = await stop.start(victim, {}, injection)
    expect(fault.landing).toMatchObject({ landed: false, proof: 'victim-1 was not running' })
    expect(await fault.undo()).toMatchObject({ changed: false })
    expect(victim.starts).toBe(0)
  })
})
