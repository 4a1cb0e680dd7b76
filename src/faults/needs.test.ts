import { describe, expect, it } from 'vitest'
import { type FaultHost, type Need, unmetNeed } from './needs.ts'

const host: FaultHost = {
  capabilities: { canKill: true, canPause: true, canScale: false },
  inside: ['quotes', 'store'],
  links: [],
  rules: ['prometheus'],
}
const unmet = (needs: readonly Need[], service: string, at = host) => unmetNeed({ name: 'harm', needs }, at, service)

describe('the needs of a fault', () => {
  it.each<[string, Need[], string]>([
    ['none', [], 'postgres'],
    ['a capability of the runtime', ['canKill', 'canPause'], 'postgres'],
    ['a service that takes faults', ['inside'], 'store'],
    ['the Prometheus whose rules can be changed', ['canKill', 'rules'], 'prometheus'],
  ])('are met: %s', (_, needs, service) => {
    expect(unmet(needs, service)).toBeUndefined()
  })

  it.each<[string, Need[], string, ReturnType<typeof unmet>]>([
    ['a capability', ['canKill', 'canScale'], 'store', { message: 'harm needs canScale, which the runtime lacks' }],
    [
      'a service that takes faults',
      ['inside'],
      'redis',
      {
        message: 'harm runs inside a service, and redis takes no faults',
        expected: 'one of quotes, store',
      },
    ],
    ['any link', ['link'], 'redis', { message: 'harm harms the link to a store, and no proxy stands before redis' }],
    [
      'rules',
      ['rules'],
      'store',
      { message: "harm is about the rules of the stack's own Prometheus", expected: 'prometheus' },
    ],
  ])('that are not met name what is missing: %s', (_, needs, service, why) => {
    expect(unmet(needs, service)).toEqual(why)
  })

  it('inside of a target are met beside it, where the host says so', () => {
    const fault = { name: 'harm', needs: ['inside'], beside: 'disk' } as const
    const foreign: FaultHost = { inside: [], beside: ['shop', 'db'], disks: ['db'], links: [], rules: [] }
    expect(unmetNeed(fault, foreign, 'db')).toBeUndefined()
    expect(unmetNeed(fault, foreign, 'shop')).toEqual({
      message: 'harm fills a folder, and shop has no `disk`',
      expected: 'db',
    })
    expect(unmetNeed(fault, host, 'postgres')?.message).toBe('harm runs inside a service, and postgres takes no faults')
  })

  it('of a workload of Kubernetes are met by faults that act on one, and by no others', () => {
    const cluster: FaultHost = { ...host, beside: ['db'], workloads: ['checkout'] }
    expect(unmet(['workload'], 'checkout', cluster)).toBeUndefined()
    expect(unmetNeed({ name: 'harm', needs: ['canScale'], onWorkload: true }, cluster, 'checkout')).toBeUndefined()
    expect(unmet(['canKill'], 'checkout', cluster)).toMatchObject({
      message: 'harm is not done to checkout, which is a workload of Kubernetes',
      expected: expect.stringContaining('crash'),
    })
    expect(unmet(['workload'], 'db', cluster)).toEqual({
      message: 'harm acts on a workload of Kubernetes, and db is not one',
      expected: 'checkout',
    })
    expect(unmet(['workload'], 'store')).toEqual({
      message: 'harm acts on a workload of Kubernetes, and store is not one',
    })
  })

  it('that nothing is known about are left to the target', () => {
    expect(unmet(['canScale', 'inside', 'link', 'rules'], 'store', {})).toBeUndefined()
  })
})
