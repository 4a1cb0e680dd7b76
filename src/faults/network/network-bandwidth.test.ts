import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkBandwidth } from './network-bandwidth.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-bandwidth', () => {
  it('lets no more than its rate through', async () => {
    link.chatter()
    const fault = await networkBandwidth.start(
      link.subject,
      { rate: '100KiB/s', stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    expect(await (await link.client()).roundTripMs('x'.repeat(20_480))).toBeGreaterThanOrEqual(195)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })
})
