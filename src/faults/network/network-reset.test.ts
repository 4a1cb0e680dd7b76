import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkReset } from './network-reset.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-reset', () => {
  it('resets a connection with the first data', async () => {
    link.chatter()
    const fault = await networkReset.start(link.subject, { after: '0ms', stream: 'upstream', share: '100%' }, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    const client = await link.client()
    client.socket.write('x')
    expect((await client.end()).how).toBe('ECONNRESET')
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
