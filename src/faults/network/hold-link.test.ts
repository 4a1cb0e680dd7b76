import { describe, expect, it } from 'vitest'
import type { HarmedLink, LinkHarm, LinkSubject, LinkView } from '../link.ts'
import { injection, Victim } from '../test-victim.ts'
import { networkDown } from './network-down.ts'
import { networkFailFirst } from './network-fail-first.ts'
import { networkLatency } from './network-latency.ts'

const params = { delay: '300ms', jitter: '0ms', stream: 'downstream', share: '50%' } as const

/** A Service that exists only here. */
class TestLinkService implements LinkSubject {
  readonly description = 'service/db in shop'
  harms: LinkHarm[] = []
  undone = 0
  isHeld = true
  view: LinkView = { isDiverted: true, sendsTo: 'service/db in shop sends to pod p alone', connections: 1, bytes: 40 }

  async harm(harm: LinkHarm): Promise<HarmedLink> {
    this.harms.push(harm)
    return {
      what: 'pod p instead of app=db',
      changedAtMs: 17,
      renew: async () => this.isHeld,
      undo: async () => {
        this.undone += 1
        return { changed: true, detail: 'put back' }
      },
      look: async () => this.view,
    }
  }
}

const subjectOn = (link: LinkSubject) => Object.assign(new Victim(), { link })

describe('a network fault on a Service of Kubernetes', () => {
  it('is what the proxy does, and has landed when connections have come to it', async () => {
    const link = new TestLinkService()
    const fault = await networkLatency.start(subjectOn(link), params, injection)
    expect(link.harms).toEqual([
      {
        fault: 'network-latency',
        toxic: { type: 'latency', stream: 'downstream', toxicity: 0.5, attributes: { latency: 300, jitter: 0 } },
      },
    ])
    expect(fault.injectedAtMs).toBe(17)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: 'service/db in shop sends to pod p alone; 40 B on 1 connections came to the fault',
    })
    expect(await fault.renew?.()).toBe(true)
    link.isHeld = false
    expect(await fault.renew?.()).toBe(false)
    expect(await fault.undo()).toEqual({ changed: true, detail: 'put back' })
    expect(link.undone).toBe(1)
  })

  it.each([
    ['no connection has come', { bytes: 0, connections: 0 }],
    ['the Service sends elsewhere too', { isDiverted: false }],
  ])('has not landed where %s, and can be undone', async (_, view) => {
    const link = new TestLinkService()
    link.view = { ...link.view, ...view }
    const fault = await networkLatency.start(subjectOn(link), params, { ...injection, forMs: 300 })
    expect(fault.landing.landed).toBe(false)
    expect(fault.landing.proof).toContain('connections from before stay as they are')
    expect(await fault.undo()).toMatchObject({ changed: true })
  })

  it('counts connections where the fault is about them', async () => {
    const link = new TestLinkService()
    link.view = { ...link.view, bytes: 0 }
    const wanted = { connections: 3, period: '0ms', stream: 'downstream', share: '100%' } as const
    const fault = await networkFailFirst.start(subjectOn(link), wanted, injection)
    expect(fault.landing.landed).toBe(true)
  })

  it('that refuses connections has landed when the Service sends to the proxy alone', async () => {
    const link = new TestLinkService()
    link.view = { ...link.view, connections: 0, bytes: 0 }
    const fault = await networkDown.start(subjectOn(link), {}, injection)
    expect(link.harms).toEqual([{ fault: 'network-down' }])
    expect(fault.landing).toMatchObject({
      landed: true,
      proof: 'service/db in shop sends to pod p alone, which refuses connections',
    })
  })
})
