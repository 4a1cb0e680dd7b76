import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkSlowClose } from './network-slow-close.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-slow-close', () => {
  it('lets the end of a connection arrive late', async () => {
    link.chatter()
    const fault = await networkSlowClose.start(
      link.subject,
      { delay: '150ms', stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    const client = await link.client()
    await client.roundTripMs()
    const startedMs = performance.now()
    client.socket.end()
    expect((await client.end()).atMs - startedMs).toBeGreaterThanOrEqual(148)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
