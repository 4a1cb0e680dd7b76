import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeasedChanges } from './leased-changes.ts'

const settings = { service: 'store', leaseMs: 10_000, takeBack: { settings: { MAX_REQUESTS: null } } }
const replicas = { service: 'worker', leaseMs: 10_000, takeBack: { replicas: 1 } }
let done: string[]
let failures: string[]
let busyFor: number
let changes: LeasedChanges

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
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
  it('takes back what nobody renews, and not what somebody does', async () => {
    changes.renew('a', settings)
    changes.renew('b', replicas)
    await vi.advanceTimersByTimeAsync(9_000)
    changes.renew('b', replicas)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(done).toEqual(['store {"MAX_REQUESTS":null} by fault'])
    await vi.advanceTimersByTimeAsync(9_000)
    expect(done).toEqual(['store {"MAX_REQUESTS":null} by fault', 'worker 1 by fault'])
  })

  it('leaves alone what is settled, and what goes with the stack', async () => {
    changes.renew('a', settings)
    changes.renew('b', replicas)
    expect(changes.settle('a')).toBe(true)
    expect(changes.settle('a')).toBe(false)
    changes.close()
    changes.renew('c', settings)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(done).toEqual([])
  })

  it('tries again while the service is busy, and says so when that does not end', async () => {
    busyFor = 3
    changes.renew('a', settings)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(done).toEqual([])
    vi.useRealTimers()
    await vi.waitFor(() => expect(done).toHaveLength(1), { timeout: 5_000 })
    expect(failures).toEqual([])
  })
})
