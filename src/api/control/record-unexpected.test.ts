import { type DestinationStream, pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Troubles } from '../../base/system/troubles.ts'
import { EventLog } from '../../runtimes/event-log.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { catchUncaught } from './catch-uncaught.ts'
import { recordUnexpected } from './record-unexpected.ts'

let troubles: Troubles
let metrics: Metrics
let lines: string[]
let takeAway: () => void
const destination: DestinationStream = { write: (line) => void lines.push(line) }
const others = { uncaughtException: [] as never[], unhandledRejection: [] as never[] }

beforeEach(() => {
  troubles = new Troubles()
  metrics = new Metrics()
  lines = []
  // The test runner's own would fail the run.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    others[event] = process.listeners(event as never) as never[]
    process.removeAllListeners(event)
  }
  takeAway = catchUncaught(recordUnexpected(troubles, metrics, pino({}, destination)))
})
afterEach(() => {
  takeAway()
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    for (const listener of others[event]) process.on(event, listener)
})

describe('control', () => {
  it.each<[string, (error: Error) => void]>([
    [
      'a timer',
      (error) =>
        setTimeout(() => {
          throw error
        }, 0),
    ],
    ['a promise that is not awaited', (error) => void Promise.reject(error)],
    [
      'a listener of events',
      (error) => {
        const log = new EventLog()
        const logged = vi.fn()
        log.subscribe(() => {
          throw error
        })
        log.subscribe(logged)
        log.emit({ service: 'store', replica: 'store-1', kind: 'exited', actor: 'itself' })
        expect(logged).toHaveBeenCalledOnce()
      },
    ],
  ])('survives what is thrown in %s, counts it, logs it and says so', async (_, fail) => {
    fail(new Error('EMFILE: too many open files'))
    await vi.waitFor(() => expect(troubles.count('unexpected')).toBe(1), { timeout: 20_000 })
    expect(troubles.list()[0]?.text).toBe('control caught an unexpected error and goes on: EMFILE: too many open files')
    expect(await metrics.render()).toMatch(/^firedrill_control_unexpected_errors_total 1$/m)
    expect(lines.join()).toContain('EMFILE')
  })

  it('logs no more than a bound, counts all of them, and forgets them after a while', () => {
    vi.useFakeTimers()
    const record = recordUnexpected(troubles, metrics, pino({}, destination))
    for (let n = 1; n <= 1_000; n++) record(new Error(`number ${n}`))
    expect(lines).toHaveLength(100)
    expect(troubles.list()[0]?.text).toContain(
      'control caught 1000 unexpected errors and goes on; the last one: number 1000',
    )
    vi.advanceTimersByTime(11 * 60_000)
    expect(troubles.list()).toEqual([])
    vi.useRealTimers()
  })
})
