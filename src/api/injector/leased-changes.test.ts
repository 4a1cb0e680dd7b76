import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeasedChanges } from './leased-changes.ts'

const settings = { service: 'store', leaseMs: 10_000, takeBack: { settings: { MAX_REQUESTS: null } } }
const replicas = { service: 'worker', leaseMs: 10_000, takeBack: { replicas: 1 } }
let done: string[]
let failures: string[]
let busyFor: number
let changes: LeasedChanges

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  done = []
  failures = []
  busyFor = 0
  const doing = (what: string) => {
    if (busyFor-- > 0) throw new Error('store-1 is starting already')
    done.push(what)
  }
  changes = new LeasedChanges(
    {
      configure: async (service, given, actor) => doing(`${service} ${JSON.stringify(given)} by ${actor}`),
      scale: async (service, count, actor) => doing(`${service} ${count} by ${actor}`),
    },
    (message) => failures.push(message),
  )
})
afterEach(() => {
  changes.close()
  vi.useRealTimers()
})

describe('LeasedChanges', () => {
  it('undoes a change that is not renewed, and no other', async () => {
    changes.renew('a', settings)
    changes.renew('b', replicas)
    await vi.advanceTimersByTimeAsync(9_000)
    changes.renew('b', replicas)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(done).toEqual(['store {"MAX_REQUESTS":null} by fault'])
    await vi.advanceTimersByTimeAsync(9_000)
    expect(done).toEqual(['store {"MAX_REQUESTS":null} by fault', 'worker 1 by fault'])
  })

  it('undoes nothing that is settled, and nothing once the stack goes down', async () => {
    changes.renew('a', settings)
    changes.renew('b', replicas)
    expect(changes.settle('a')).toBe(true)
    expect(changes.settle('a')).toBe(false)
    changes.close()
    changes.renew('c', settings)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(done).toEqual([])
  })

  it('tries again while the service is busy', async () => {
    busyFor = 3
    changes.renew('a', settings)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(done).toEqual([])
    await vi.advanceTimersByTimeAsync(1_500)
    expect(done).toEqual(['store {"MAX_REQUESTS":null} by fault'])
    expect(failures).toEqual([])
  })

  it('reports a change that could not be undone within five minutes: one try alone may wait half a minute for health', async () => {
    busyFor = Number.POSITIVE_INFINITY
    changes.renew('a', settings)
    await vi.advanceTimersByTimeAsync(10_000 + 299_000)
    expect(failures).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(failures).toEqual(['what was changed of store could not be undone: store-1 is starting already'])
  })

  it('stops trying, without a report, when the stack goes down', async () => {
    busyFor = Number.POSITIVE_INFINITY
    changes.renew('a', settings)
    await vi.advanceTimersByTimeAsync(11_000)
    changes.close()
    busyFor = 0
    await vi.advanceTimersByTimeAsync(60_000)
    expect([done, failures]).toEqual([[], []])
  })
})
