import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { networkLatency } from './network-latency.ts'
import { startLink, type TestLink } from './test-link.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-latency', () => {
  it('delays what passes, and no more once it is undone', async () => {
    link.chatter()
    const fault = await networkLatency.start(
      link.subject,
      { delay: '150ms', jitter: '0ms', stream: 'upstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    expect(await (await link.client()).roundTripMs()).toBeGreaterThanOrEqual(148)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).quickestMs()).toBeLessThan(148)
  })
})
