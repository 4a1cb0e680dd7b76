import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import { injection } from '../test-victim.ts'
import { networkFailFirst } from './network-fail-first.ts'
import { startLink, type TestLink } from './test-link.ts'

const params = { connections: 1_000_000, period: '0ms', stream: 'downstream', share: '100%' } as const
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
    expect(await old.roundTripMs()).toBeLessThan(10_000)
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await (await link.client()).roundTripMs()).toBeLessThan(10_000)
  })

  it('has not landed while nobody opens a connection', async () => {
    const client = await link.client()
    await client.roundTripMs()
    const talking = setInterval(() => client.socket.write('still there?'), 10)
    const fault = await networkFailFirst.start(link.subject, params, injection)
    clearInterval(talking)
    expect(fault.landing.landed).toBe(false)
    await fault.undo()
  })

  it('lets new connections be once its period is over', async () => {
    const opening = setInterval(() => void link.client().catch(() => undefined), 20)
    const fault = await networkFailFirst.start(link.subject, { ...params, connections: 0, period: '1s' }, injection)
    clearInterval(opening)
    expect(fault.landing.landed).toBe(true)
    await waitUntil(
      async () => {
        await fault.renew?.()
        const client = await link.client()
        client.socket.write('still there?')
        while (client.ended === undefined && client.length === 0) await sleep(1)
        client.socket.destroy()
        return client.ended === undefined ? done(undefined) : notYet(client.ended.how)
      },
      { what: 'the period to be over', timeoutMs: 20_000, intervalMs: 10 },
    )
    expect((await link.watch()).toxics.length).toBe(1)
    await fault.undo()
  })
})
