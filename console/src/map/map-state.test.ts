import { describe, expect, it } from 'vitest'
import type { FaultView } from '../../../src/api/contract.ts'
import type { ReplicaState, ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { faultsOn, type MapInput, nodeStates, usedBy } from './map-state.ts'

const service = (name: string, states: ReplicaState[], kind: ServiceStatus['kind'] = 'service'): ServiceStatus => ({
  name,
  kind,
  summary: 'for the test',
  maxReplicas: 5,
  replicas: states.map((state, index) => ({
    id: `${name}-${index + 1}`,
    state,
    sinceMs: 0,
    address: { host: '127.0.0.1', port: 1 },
    restarts: 0,
  })),
})
const fault = (name: string, of: string): FaultView => ({
  id: `${name}-${of}`,
  fault: name,
  service: of,
  replica: `${of}-1`,
  params: {},
  seed: 1,
  injectedAtMs: 0,
  undoneByMs: 30_000,
  landing: { landed: true, atMs: 0, proof: 'seen' },
})
const input = (more: Partial<MapInput>): MapInput => ({
  services: [service('store', ['healthy'])],
  faults: [],
  linkFaults: new Set(['network-latency']),
  usage: undefined,
  alerts: [],
  nowMs: 5_000,
  ...more,
})
const store = (more: Partial<MapInput>) => nodeStates(input(more)).get('store')

describe('a part on the map', () => {
  it.each<[string, ReplicaState[], string, string]>([
    ['all is well', ['healthy', 'healthy'], 'good', '2 replicas'],
    ['one replica of two has ended', ['healthy', 'exited'], 'bad', '1 of 2 exited'],
    ['its only replica starts', ['starting'], 'wait', 'starting'],
    ['it is scaled to none', [], 'wait', 'scaled to none'],
  ])('shows that %s', (_, states, tone, note) => {
    expect(store({ services: [service('store', states)] })).toMatchObject({ tone, note })
  })

  it('shows the fault in it, with what is left of its time, before all else', () => {
    const faults = [fault('kill', 'store'), fault('cpu', 'store')]
    expect(store({ faults, services: [service('store', ['exited'])] })).toMatchObject({ note: 'kill +1 · 25 s' })
  })

  it('does not show the fault of the way to it', () => {
    const services = [service('postgres', ['healthy'], 'storage')]
    const harmed = input({ services, faults: [fault('network-latency', 'postgres')] })
    expect(nodeStates(harmed).get('postgres')?.faults).toEqual([])
  })

  it('counts the alerts about it that fire, and no others', () => {
    const alert = (state: 'firing' | 'pending', of: string) => ({
      name: 'A',
      labels: { service: of },
      state,
      activeAtMs: 0,
    })
    expect(
      store({ alerts: [alert('firing', 'store'), alert('pending', 'store'), alert('firing', 'worker')] })?.firing,
    ).toBe(1)
  })
})

describe('a fault of the network', () => {
  const services = [service('proxy', ['healthy'], 'network'), service('postgres', ['healthy'], 'storage')]
  const harmed = input({ services, faults: [fault('network-latency', 'postgres')] })

  it('is on the link behind the proxy', () => {
    expect(faultsOn({ from: 'proxy', to: 'postgres', kind: 'calls' }, harmed)).toHaveLength(1)
  })

  it('is on no other link', () => {
    expect(faultsOn({ from: 'proxy', to: 'redis', kind: 'calls' }, harmed)).toEqual([])
    expect(faultsOn({ from: 'postgres-exporter', to: 'postgres', kind: 'calls' }, harmed)).toEqual([])
  })
})

it('usedBy adds up what is known of the replicas of a part', () => {
  const replica = (id: string, cpuCores: number | null) => ({
    service: 'store',
    replica: id,
    cpuCores,
    memoryBytes: cpuCores === null ? null : 52_428_800,
    up: true,
  })
  const usage = { atMs: 0, machine: null, problems: [], replicas: [replica('store-1', 0.25), replica('store-2', null)] }
  expect(usedBy('store', usage)).toBe('25 % · 50 MiB')
  expect(usedBy('worker', usage)).toBe('')
})
