import { describe, expect, it } from 'vitest'
import { SteadyClock } from '../base/system/steady-clock.ts'
import { Watchdog } from './watchdog.ts'

const HOUR_MS = 3_600_000

describe('the watchdog', () => {
  const EVERY_MS = 60_000

  /** Of a machine that started at 0, and whose clock somebody may set. */
  function times(everyMs: number) {
    let [elapsedMs, setByMs] = [0, 0]
    const clock = new SteadyClock({ wallMs: () => elapsedMs + setByMs, elapsedMs: () => elapsedMs })
    const watchdog = new Watchdog(everyMs, clock)
    const at = <T>(ms: number, act: () => T): T => {
      elapsedMs = ms
      return act()
    }
    return {
      received: (ms: number) => at(ms, () => watchdog.received()),
      check: (ms: number) => at(ms, () => watchdog.check()),
      lastReceivedMs: () => watchdog.lastReceivedMs(),
      setClock: (byMs: number) => {
        setByMs = byMs
      },
    }
  }

  it('is missed after three deliveries that did not come, once', () => {
    const watchdog = times(EVERY_MS)
    watchdog.received(1_000)
    expect(watchdog.check(1_000 + 3 * EVERY_MS - 1)).toBeUndefined()
    expect(watchdog.check(1_000 + 3 * EVERY_MS)).toMatchObject({ name: 'WatchdogMissing', firing: true })
    expect(watchdog.check(1_000 + 4 * EVERY_MS)).toBeUndefined()
  })

  it('ends what it raised when it arrives again, and can be missed again', () => {
    const watchdog = times(EVERY_MS)
    const missing = watchdog.check(3 * EVERY_MS)
    expect(watchdog.received(200_000)).toMatchObject({ incident: missing?.incident, firing: false, endsAtMs: 200_000 })
    expect(watchdog.received(201_000)).toBeUndefined()
    const again = watchdog.check(201_000 + 3 * EVERY_MS)
    expect(again?.incident).not.toBe(missing?.incident)
  })

  it('gives the times of the wall clock, also after that was set', () => {
    const watchdog = times(EVERY_MS)
    watchdog.received(1_000)
    watchdog.setClock(HOUR_MS)
    expect(watchdog.lastReceivedMs()).toBe(HOUR_MS + 1_000)
    const missing = watchdog.check(200_000)
    expect(missing?.startsAtMs).toBe(HOUR_MS + 200_000)
    watchdog.setClock(-HOUR_MS)
    expect(watchdog.received(201_000)).toMatchObject({
      incident: missing?.incident,
      startsAtMs: HOUR_MS + 200_000,
      endsAtMs: 201_000 - HOUR_MS,
    })
  })

  it('waits for half a minute at first: Prometheus has to find its Alertmanager', () => {
    const watchdog = times(2_000)
    expect(watchdog.check(29_999)).toBeUndefined()
    expect(watchdog.check(30_000)).toBeDefined()
  })

  it('waits for nothing where nobody sends it', () => {
    expect(times(0).check(1e12)).toBeUndefined()
  })
})
