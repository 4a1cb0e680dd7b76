import { describe, expect, it } from 'vitest'
import type { ReplicaState, ServiceStatus } from '../runtimes/runtime.ts'
import { whyBeyond } from './blast-radius.ts'

const address = { host: '127.0.0.1', port: 1 }
const service = (name: string, states: readonly ReplicaState[]): ServiceStatus => ({
  name,
  kind: 'service',
  summary: '',
  maxReplicas: states.length,
  replicas: states.map((state, index) => ({ id: `${name}-${index + 1}`, state, sinceMs: 0, address, restarts: 0 })),
})

const services = [service('shop', ['healthy', 'healthy', 'exited']), service('cart', ['healthy'])]
const faults = (...replicas: string[]) => replicas.map((replica) => ({ replica }))
const why = (
  target: { service: string; replica?: string },
  { max, quorum = 0, active = [] as string[] }: { max?: number; quorum?: number; active?: string[] },
) =>
  whyBeyond(target, { maxReplicas: max, quorums: new Map([['shop', quorum]]) }, { services, faults: faults(...active) })

describe('how much may be hit', () => {
  it.each([
    ['one of one', { max: 1 }, undefined],
    ['one more than one', { max: 1, active: ['cart-1'] }, 'maxReplicas is 1, and 2 would be hit at the same time'],
    ['the same replica twice', { max: 1, active: ['shop-1'] }, undefined],
    ['one of two healthy ones, and one must stay', { quorum: 1 }, undefined],
    ['one of two healthy ones, and two must stay', { quorum: 2 }, 'only shop-2 would stay healthy'],
    ['the last that no fault hits', { quorum: 1, active: ['shop-2'] }, 'and none would stay healthy'],
    ['anything, where nothing is demanded', { active: ['shop-2', 'cart-1'] }, undefined],
  ])('%s', (_, limits, expected) => {
    const said = why({ service: 'shop' }, limits)
    if (expected === undefined) expect(said).toBeUndefined()
    else expect(said).toContain(expected)
  })

  it('counts a replica that is ill already as one that does not stay', () => {
    expect(why({ service: 'shop', replica: 'shop-3' }, { quorum: 2 })).toBeUndefined()
    expect(why({ service: 'shop', replica: 'shop-2' }, { quorum: 2 })).toContain('only shop-1')
  })
})
