import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkLatency } from './network-latency.ts'
import { startLink, type TestLink } from './test-link.ts'
import { injection } from './test-victim.ts'

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

  it('is held under a lease: kept while it is renewed, gone from the proxy when nobody does', async () => {
    link.chatter()
    const fault = await networkLatency.start(link.subject, params, injection)
    const startedMs = performance.now()
    while (performance.now() - startedMs < 2_500) {
      expect(await fault.renew?.()).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const lastMs = performance.now()
    while ((await link.watch()).toxics.length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(performance.now() - lastMs).toBeLessThan(4_000)
    expect(await fault.renew?.()).toBe(false)
    expect(await fault.undo()).toEqual({ changed: false, detail: 'the proxy had removed it already' })
  })
})
