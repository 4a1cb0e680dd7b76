import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkDown } from './network-down.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-down', () => {
  it('refuses connections and ends those there are, until it is undone', async () => {
    const client = await link.client()
    await client.roundTripMs()
    const fault = await networkDown.start(link.subject, {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: 'connections to redis are refused, and none is left' })
    await client.end()
    await expect(link.client()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await fault.renew?.()).toBe(true)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
    expect(await fault.renew?.()).toBe(false)
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('is over by itself when nobody renews it', async () => {
    const startedMs = performance.now()
    await networkDown.start(link.subject, {}, injection)
    // Its port is free meanwhile: while another program has it, the proxy waits for it.
    await vi.waitFor(async () => expect((await link.watch()).enabled).toBe(true), { timeout: 60_000, interval: 10 })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1_990)
  })
})
