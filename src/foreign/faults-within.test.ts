import { describe, expect, it } from 'vitest'
import type { FaultView } from '../api/contract.ts'
import type { ReplicaState, ServiceStatus, Target } from '../runtimes/runtime.ts'
import { ANOTHER_PROGRAM } from './control/process-facts.ts'
import { faultsWithin } from './faults-within.ts'
import type { ForeignService, ForeignSystem } from './file/foreign-system.ts'
import type { Guard } from './guardian/guard.ts'

interface Given {
  states?: readonly ReplicaState[]
  /** Replicas that faults hit. */
  hit?: readonly string[]
  /** A replica in whose place another program was found. */
  other?: string
  maxReplicas?: number
  quorum?: number
  /** Replicas that do not come back after a restart. */
  lost?: readonly string[]
}

/** A shop with replicas, and what was restarted of it. */
function shopOf({ states = ['healthy', 'healthy'], hit = [], other, maxReplicas, quorum, lost = [] }: Given) {
  const restarted: string[] = []
  const injected: string[] = []
  const address = { host: '127.0.0.1', port: 1 }
  const services = (): ServiceStatus[] => {
    const replicas = states.map((state, index) => {
      const id = `shop-${index + 1}`
      const isLost = restarted.includes(id) && lost.includes(id)
      const detail = id === other ? { detail: `${ANOTHER_PROGRAM} nginx` } : {}
      return { id, state: isLost ? ('exited' as const) : state, sinceMs: 0, address, restarts: 0, ...detail }
    })
    return [{ name: 'shop', kind: 'service', summary: '', maxReplicas: states.length, replicas }]
  }
  const guard: Partial<Guard> = {
    describe: async () => ({ services: services(), lastSequence: 0 }),
    faults: async () => hit.map((replica) => ({ replica }) as FaultView),
    restart: async ({ service, replica }) => void restarted.push(replica ?? service),
    inject: async ({ fault }) => {
      injected.push(fault)
      return { id: fault } as FaultView
    },
  }
  const safety: ForeignSystem['safety'] = { environment: 'lab', abortWhen: [], onlyIf: [], maxReplicas }
  const run = { kind: 'unknown' }
  const described = [{ name: 'shop', run, ...(quorum === undefined ? {} : { quorum }) } as ForeignService]
  const { restart, inject } = faultsWithin({ safety, services: described }, guard as Guard)
  return {
    restarted,
    injected,
    restart: (target: Partial<Target> = {}) => restart({ service: 'shop', ...target }),
    inject: (fault: string, params: Record<string, unknown> = {}) =>
      inject({ fault, target: { service: 'shop' }, params, forMs: 1_000 }),
  }
}

describe('a restart of a service', () => {
  it('is one of each of its replicas', async () => {
    const { restart, restarted } = shopOf({ maxReplicas: 1, quorum: 1 })
    await restart()
    expect(restarted).toEqual(['shop-1', 'shop-2'])
  })

  it.each<[string, Given, string]>([
    [
      'a fault on its first replica leaves no other one to be hit',
      { hit: ['shop-1'], maxReplicas: 1 },
      'shop-2: maxReplicas is 1, and 2 would be hit at the same time: shop-1, shop-2',
    ],
    [
      'its first replica is ill, and the other must stay',
      { states: ['exited', 'healthy'], quorum: 1 },
      'shop-2: the quorum of shop is 1, and none would stay healthy',
    ],
    ['another program was found in the place of its second one', { other: 'shop-2' }, `shop-2: ${ANOTHER_PROGRAM}`],
  ])('is refused before anything is done where %s', async (_, given, why) => {
    const { restart, restarted } = shopOf(given)
    await expect(restart()).rejects.toMatchObject({ code: 'FD_DRILL_REFUSED', message: expect.stringContaining(why) })
    expect(restarted).toEqual([])
  })

  it('ends where a replica does not come back, and the next one must stay', async () => {
    const { restart, restarted } = shopOf({ quorum: 1, lost: ['shop-1'] })
    await expect(restart()).rejects.toMatchObject({ code: 'FD_DRILL_REFUSED' })
    expect(restarted).toEqual(['shop-1'])
  })

  it('is one of that replica alone where one is named', async () => {
    const { restart, restarted } = shopOf({ states: ['exited', 'healthy'], quorum: 1 })
    await restart({ replica: 'shop-1' })
    expect(restarted).toEqual(['shop-1'])
  })
})

describe('a fault that takes several replicas', () => {
  it.each<[string, Given, Record<string, unknown>, string]>([
    ['takes all, its default', { quorum: 1 }, {}, 'the quorum of shop is 1, and 0 would be left'],
    ['leaves too few', { quorum: 2 }, { to: 1 }, 'the quorum of shop is 2, and 1 would be left'],
    ['takes too many', { maxReplicas: 1 }, { to: 0 }, 'maxReplicas is 1, and 2 would be taken at the same time'],
  ])('is refused before anything is done where it %s', async (_, given, params, why) => {
    const { inject, injected } = shopOf(given)
    await expect(inject('scale', params)).rejects.toMatchObject({
      code: 'FD_DRILL_REFUSED',
      message: expect.stringContaining(why),
    })
    expect(injected).toEqual([])
  })

  it('is injected where enough stay', async () => {
    const { inject, injected } = shopOf({ quorum: 1, maxReplicas: 1 })
    await inject('scale', { to: 1 })
    expect(injected).toEqual(['scale'])
  })
})
