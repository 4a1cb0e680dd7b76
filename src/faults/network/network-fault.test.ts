import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkLatency } from './network-latency.ts'
import { startLink, type TestLink } from './test-link.ts'

const params = { delay: '50ms', jitter: '0ms', stream: 'downstream', share: '100%' } as const
let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('a network fault', () => {
  it('has not landed when nobody uses the link, and says so', async () => {
    const fault = await networkLatency.start(link.subject, params, injection)
    expect(fault.landing).toMatchObject({ landed: false, proof: '0 B on 0 connections to redis came to the fault' })
    await fault.undo()
    expect((await link.watch()).toxics).toEqual([])
  })

  it('is refused for a part that the proxy does not stand before', async () => {
    await expect(networkLatency.start(link.other, params, injection)).rejects.toMatchObject({
      code: 'FD_FAULT_UNSUPPORTED',
      details: { given: 'grafana', expected: 'one of redis' },
    })
  })

  it('says that the proxy does not answer', async () => {
    const away = Object.assign(Object.create(link.subject) as typeof link.subject, {
      request: () => Promise.reject(new Error('connect ECONNREFUSED')),
    })
    await expect(networkLatency.start(away, params, injection)).rejects.toMatchObject({
      code: 'FD_FAULT_UNREACHABLE',
      message: 'the proxy before redis does not answer: connect ECONNREFUSED',
    })
  })

  it('ends by itself when its time is over, while it is still looked for its effect too', async () => {
    const startedMs = performance.now()
    const fault = await networkLatency.start(link.subject, params, { ...injection, forMs: 200 })
    expect(fault.landing.landed).toBe(false)
    // Without an end of its own, it would be looked for three seconds.
    expect(performance.now() - startedMs).toBeLessThan(2_900)
    // What is left of its time and a little more, not a whole lease.
    for (const { ttlMs } of (await link.watch()).toxics) expect(ttlMs).toBeLessThanOrEqual(700)
    const renewed = async () => {
      await fault.renew?.()
      return (await link.watch()).toxics
    }
    await expect.poll(renewed, { interval: 20 }).toEqual([])
  })

  it('is held under a lease: kept while it is renewed, gone from the proxy when nobody does', async () => {
    link.chatter()
    const fault = await networkLatency.start(link.subject, params, injection)
    const startedMs = performance.now()
    while (performance.now() - startedMs < 2_500) {
      expect(await fault.renew?.()).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    await expect.poll(async () => (await link.watch()).toxics, { interval: 10 }).toEqual([])
    expect(await fault.renew?.()).toBe(false)
    expect(await fault.undo()).toEqual({ changed: false, detail: 'the proxy had removed it already' })
  })
})
