import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkBlackhole } from './network-blackhole.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-blackhole', () => {
  it('swallows what is sent and closes the connection later', async () => {
    link.chatter()
    const fault = await networkBlackhole.start(
      link.subject,
      { close: '100ms', stream: 'upstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    const client = await link.client()
    client.socket.write('lost')
    expect((await client.end()).how).toBe('end')
    expect(client.length).toBe(0)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
