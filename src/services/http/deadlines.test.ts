import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines } from './deadlines.ts'

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }),
)
afterEach(() => void vi.useRealTimers())

describe('Deadlines', () => {
  const never = new Promise<never>(() => undefined)
  const deadlines = () => new Deadlines(1_000, () => new Error('late'))

  it('passes on what settles in time', async () => {
    const all = deadlines()
    const failed = all.limit(Promise.reject(new Error('broken')))
    await expect(failed).rejects.toThrow('broken')
    expect(await all.limit(Promise.resolve(1))).toBe(1)
    expect(all.size).toBe(0)
  })

  it('expires what does not, at most a tenth late, and nothing younger', async () => {
    const all = deadlines()
    const outcomes: string[] = []
    all.limit(never).catch(() => outcomes.push('first'))
    await vi.advanceTimersByTimeAsync(500)
    all.limit(never).catch(() => outcomes.push('second'))
    await vi.advanceTimersByTimeAsync(499)
    expect(outcomes).toEqual([])
    await vi.advanceTimersByTimeAsync(101)
    expect(outcomes).toEqual(['first'])
    expect(all.size).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(outcomes).toEqual(['first', 'second'])
    expect(all.size).toBe(0)
  })

  it('drops what comes after the end', async () => {
    const all = deadlines()
    let settle: (value: string) => void = () => undefined
    const outcome = all
      .limit(new Promise<string>((resolve) => (settle = resolve)))
      .catch((error: Error) => error.message)
    await vi.advanceTimersByTimeAsync(1_100)
    settle('too late')
    expect(await outcome).toBe('late')
  })

  it('lets an answer that has arrived count, however long the event loop was held up before it was read', async () => {
    vi.useRealTimers()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const accepted = once(server, 'connection') as Promise<[Socket]>
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [other] = await accepted
    try {
      const deadlines = new Deadlines(50, () => new Error('late'))
      const answer = deadlines.limit(once(client, 'data'))
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          other.write('here')
          const untilMs = performance.now() + 150
          while (performance.now() < untilMs);
          resolve()
        })
      })
      expect(String((await answer)[0])).toBe('here')
    } finally {
      client.destroy()
      server.close()
    }
  })

  it('has no timer while there is nothing to wait for', async () => {
    const all = deadlines()
    await all.limit(Promise.resolve())
    await vi.advanceTimersByTimeAsync(200)
    expect(vi.getTimerCount()).toBe(0)
  })
})
