import { describe, expect, it } from 'vitest'
import { SteadyClock } from './steady-clock.ts'

const HOUR_MS = 3_600_000

/** A machine whose time passes, and whose wall clock is set, only here. */
class Machine {
  elapsed = 5_000
  setBy = 0
  readonly clock = new SteadyClock({ wallMs: () => this.wallMs(), elapsedMs: () => this.elapsed })

  wallMs(): number {
    return 1_800_000_000_000 + this.elapsed + this.setBy
  }
}

describe('SteadyClock', () => {
  it('shows what the wall clock shows, as long as nobody sets that', () => {
    const machine = new Machine()
    machine.elapsed += 86_400_000
    expect(machine.clock.nowMs()).toBe(machine.wallMs())
    expect(machine.clock.setByMs()).toBe(0)
  })

  it.each([-HOUR_MS, 2 * HOUR_MS])(
    'goes on by what passes when the wall clock is set by %i ms, and translates',
    (setBy) => {
      const machine = new Machine()
      const before = machine.clock.nowMs()
      machine.setBy = setBy
      machine.elapsed += 1_500
      expect(machine.clock.nowMs()).toBe(before + 1_500)
      expect(machine.clock.toWallMs(machine.clock.nowMs())).toBe(machine.wallMs())
      expect(machine.clock.fromWallMs(machine.wallMs() - 400)).toBe(machine.clock.nowMs() - 400)
    },
  )

  it('takes the moment between two looks for no setting', () => {
    const machine = new Machine()
    machine.setBy = 900
    expect(machine.clock.setByMs()).toBe(0)
  })

  it('is never before what an earlier process wrote', () => {
    const machine = new Machine()
    const written = machine.clock.nowMs() + HOUR_MS
    machine.clock.notBefore(written)
    machine.clock.notBefore(written - 7)
    expect(machine.clock.nowMs()).toBe(written)
    machine.elapsed += 10
    expect(machine.clock.nowMs()).toBe(written + 10)
    expect(machine.clock.toWallMs(machine.clock.nowMs())).toBe(machine.wallMs())
  })
})
