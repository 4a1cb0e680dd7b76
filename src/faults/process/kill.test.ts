import { afterEach, describe, expect, it } from 'vitest'
import { injection, Victim } from '../test-victim.ts'
import { kill } from './kill.ts'

let victim: Victim
afterEach(() => victim.remove())

describe('kill', () => {
  it('lands when the process is gone, and says which', async () => {
    victim = await Victim.running()
    const pid = victim.pid()
    const beforeMs = Date.now()
    const fault = await kill.start(victim, { signal: 'SIGKILL' }, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    expect(fault.injectedAtMs).toBeGreaterThanOrEqual(beforeMs)
    expect(fault.landing.atMs).toBeGreaterThanOrEqual(fault.injectedAtMs)
  })

  it('does not land on what is not running', async () => {
    victim = new Victim()
    const fault = await kill.start(victim, { signal: 'SIGKILL' }, injection)
    expect(fault.landing).toMatchObject({ landed: false, proof: 'victim-1 was not running' })
  })

  it('does not land on a process that ignores the signal', async () => {
    victim = await Victim.running("process.on('SIGTERM', () => {})")
    const fault = await kill.start(victim, { signal: 'SIGTERM' }, injection)
    expect(fault.landing.landed).toBe(false)
    expect(fault.landing.proof).toContain('still ran')
  })

  it.each(['SIGSEGV', 'SIGABRT', 'SIGHUP'] as const)('ends a process with %s too', async (signal) => {
    victim = await Victim.running()
    expect((await kill.start(victim, { signal }, injection)).landing.landed).toBe(true)
  })

  it('starts what nobody has repaired when it is undone, and leaves alone what somebody has', async () => {
    victim = await Victim.running()
    const fault = await kill.start(victim, { signal: 'SIGKILL' }, injection)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(victim.starts).toBe(2)
    expect(await fault.undo()).toMatchObject({ changed: false })
    expect(victim.starts).toBe(2)
  })
  it('leaves stopped what somebody has stopped since', async () => {
    victim = await Victim.running()
    const fault = await kill.start(victim, { signal: 'SIGKILL' }, injection)
    await victim.start()
    await victim.stop()
    expect(await fault.undo()).toMatchObject({ changed: false, detail: 'victim-1 was stopped since' })
    expect(victim.starts).toBe(2)
  })
})
