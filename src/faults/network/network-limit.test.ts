import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkLimit } from './network-limit.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-limit', () => {
  it('closes a connection that has carried its limit', async () => {
    link.chatter()
    const fault = await networkLimit.start(
      link.subject,
      { size: '1KiB', stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    const client = await link.client()
    client.socket.write('x'.repeat(2_000))
    await client.end()
    expect(client.length).toBe(1_024)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
