import { describe, expect, it } from 'vitest'
import { Watchdog } from './watchdog.ts'

describe('the watchdog', () => {
  const EVERY_MS = 60_000

  it('is missed after three deliveries that did not come, once', () => {
    const watchdog = new Watchdog(EVERY_MS, 0)
    watchdog.received(1_000)
    expect(watchdog.check(1_000 + 3 * EVERY_MS - 1)).toBeUndefined()
    expect(watchdog.check(1_000 + 3 * EVERY_MS)).toMatchObject({ name: 'WatchdogMissing', firing: true })
    expect(watchdog.check(1_000 + 4 * EVERY_MS)).toBeUndefined()
  })

  it('ends what it raised when it arrives again, and can be missed again', () => {
    const watchdog = new Watchdog(EVERY_MS, 0)
    const missing = watchdog.check(3 * EVERY_MS)
    expect(watchdog.received(200_000)).toMatchObject({ incident: missing?.incident, firing: false, endsAtMs: 200_000 })
    expect(watchdog.received(201_000)).toBeUndefined()
    const again = watchdog.check(201_000 + 3 * EVERY_MS)
    expect(again?.incident).not.toBe(missing?.incident)
  })

  it('waits for half a minute at first: Prometheus has to find its Alertmanager', () => {
    const watchdog = new Watchdog(2_000, 0)
    expect(watchdog.check(29_999)).toBeUndefined()
    expect(watchdog.check(30_000)).toBeDefined()
  })

  it('waits for nothing where nobody sends it', () => {
    expect(new Watchdog(0, 0).check(1e12)).toBeUndefined()
  })
})
