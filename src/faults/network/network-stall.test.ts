import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkStall } from './network-stall.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-stall', () => {
  it('stops the stream for its duration', async () => {
    link.chatter()
    const fault = await networkStall.start(
      link.subject,
      { probability: '100%', duration: '150ms', stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    expect(await (await link.client()).roundTripMs()).toBeGreaterThanOrEqual(148)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).quickestMs()).toBeLessThan(148)
  })
})
