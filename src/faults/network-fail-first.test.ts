import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkFailFirst } from './network-fail-first.ts'
import { startLink, type TestLink } from './test-link.ts'
import { injection } from './test-victim.ts'

let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-fail-first', () => {
  it('resets new connections', async () => {
    link.chatter()
    const fault = await networkFailFirst.start(
      link.subject,
      { connections: 1_000_000, stream: 'downstream', share: '100%' },
      injection,
    )
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('to redis came to the fault') })
    expect((await (await link.client()).end()).how).toBe('ECONNRESET')
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(1_000)
  })
})
