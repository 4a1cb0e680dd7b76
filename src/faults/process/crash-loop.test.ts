import { afterEach, describe, expect, it, vi } from 'vitest'
import { injection, Victim } from '../test-victim.ts'
import { crashLoop } from './crash-loop.ts'

let victim: Victim
afterEach(() => victim.remove())

/** Starts the victim again as soon as it is gone, as a responder does. */
async function repair(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    await vi.waitFor(() => expect(victim.pid()).toBeUndefined(), { timeout: 20_000, interval: 5 })
    await victim.start()
  }
}

describe('crash-loop', () => {
  it('kills again each time somebody has repaired it, until it is undone', async () => {
    victim = await Victim.running()
    const fault = await crashLoop.start(victim, { times: 1_000, after: '0ms' }, injection)
    expect(fault.landing.landed).toBe(true)
    await repair(2)
    await vi.waitFor(() => expect(victim.pid()).toBeUndefined(), { timeout: 20_000, interval: 5 })
    expect(await fault.undo()).toMatchObject({
      changed: true,
      detail: expect.stringMatching(/^killed 3 times; started/),
    })
    expect(victim.starts).toBe(4)
    expect(victim.state()).toBe('healthy')
  })

  it('stops after as many kills as asked', async () => {
    victim = await Victim.running()
    const fault = await crashLoop.start(victim, { times: 2, after: '10ms' }, injection)
    await repair(2)
    expect(await fault.undo()).toMatchObject({ changed: false, detail: 'killed 2 times; victim-1 runs' })
  })
})
