import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkFailFirst } from './network-fail-first.ts'
import { startLink, type TestLink } from './test-link.ts'
import { injection } from './test-victim.ts'

const params = { connections: 1_000_000, stream: 'downstream', share: '100%' } as const
let link: TestLink
beforeEach(async () => {
  link = await startLink()
})
afterEach(() => link.close())

describe('network-fail-first', () => {
  it('resets new connections, which is its proof, and lets those be that are there', async () => {
    const old = await link.client()
    await old.roundTripMs()
    const opening = setInterval(() => void link.client().catch(() => undefined), 50)
    const fault = await networkFailFirst.start(link.subject, params, injection)
    clearInterval(opening)
    expect(fault.landing.landed).toBe(true)
    expect((await (await link.client()).end()).how).toBe('ECONNRESET')
    expect(await old.roundTripMs()).toBeLessThan(1_000)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(1_000)
  })

  it('has not landed while nobody opens a connection', async () => {
    link.chatter()
    const client = await link.client()
    await client.roundTripMs()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const fault = await networkFailFirst.start(link.subject, params, injection)
    expect(fault.landing.landed).toBe(false)
    await fault.undo()
  })
})
