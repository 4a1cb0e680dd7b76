import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkSlicer } from './network-slicer.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-slicer', () => {
  it('cuts what passes into pieces', async () => {
    link.chatter()
    const fault = await networkSlicer.start(
      link.subject,
      { size: '100B', delay: '5ms', stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    const client = await link.client()
    await client.roundTripMs('x'.repeat(2_000))
    expect(client.pieces.length).toBeGreaterThan(10)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
