import { afterEach, describe, expect, it } from 'vitest'
import { isHalted } from '../../base/system/process.ts'
import { injection, Victim } from '../test-victim.ts'
import { pause } from './pause.ts'

let victim: Victim
afterEach(() => victim.remove())

describe('pause', () => {
  it('lands when the kernel reports that the process is frozen, and lets it run again', async () => {
    victim = await Victim.running()
    const pid = victim.pid() as number
    const fault = await pause.start(victim, {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: `pid ${pid} is frozen` })
    expect(await fault.undo()).toEqual({ changed: true, detail: 'resumed victim-1' })
    expect(isHalted(pid)).toBe(false)
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('leaves alone what somebody has killed and started again', async () => {
    victim = await Victim.running()
    const fault = await pause.start(victim, {}, injection)
    await victim.remove()
    await victim.start()
    expect(await fault.undo()).toEqual({ changed: false, detail: 'victim-1 is healthy' })
  })

  it('does not land twice, and resumes only what it has paused itself', async () => {
    victim = await Victim.running()
    const first = await pause.start(victim, {}, injection)
    const second = await pause.start(victim, {}, injection)
    expect(second.landing).toMatchObject({ landed: false, proof: 'victim-1 was paused already' })
    expect(await second.undo()).toMatchObject({ changed: false })
    expect(isHalted(victim.pid() as number)).toBe(true)
    await first.undo()
  })
})
