import { describe, expect, it } from 'vitest'
import { profiles } from '../profile.ts'
import { describeStack } from '../topology.ts'
import { renderTargets } from './targets.ts'

const { parts } = describeStack(profiles.lab)
const replicas = (count: number) => (part: string) =>
  Array.from({ length: part === 'store' ? count : 1 }, (_, index) => ({
    id: `${part}-${index + 1}`,
    address: { host: '127.0.0.1', port: 8_000 + index },
  }))
const read = (name: string, count: number) =>
  JSON.parse(renderTargets(parts, replicas(count)).get(name) ?? '') as {
    targets: string[]
    labels: Record<string, string>
  }[]

describe('renderTargets', () => {
  it('lists every replica with service, kind and a name that does not change with its port', () => {
    expect(read('targets/store.json', 3).map(({ targets, labels }) => [targets[0], labels])).toEqual([
      ['127.0.0.1:8000', { service: 'store', kind: 'service', instance: 'store-1' }],
      ['127.0.0.1:8001', { service: 'store', kind: 'service', instance: 'store-2' }],
      ['127.0.0.1:8002', { service: 'store', kind: 'service', instance: 'store-3' }],
    ])
  })

  it('keeps a job whose service is scaled to none', () => {
    expect(read('targets/store.json', 0)).toEqual([])
  })

  it('probes services by page and storage by port, without the label that means their own metrics', () => {
    expect(read('targets/probe-http_2xx.json', 1).map(({ labels }) => labels.probed)).toEqual([
      'proxy',
      'quotes',
      'store',
      'worker',
      'responder',
    ])
    expect(read('targets/probe-tcp_connect.json', 1).map(({ labels }) => labels.probed)).toEqual(['redis', 'postgres'])
    for (const { labels } of read('targets/probe-http_2xx.json', 1)) expect(labels).not.toHaveProperty('service')
  })
})
