import { describe, expect, it } from 'vitest'
import type { Service } from '../../../kubernetes/objects.ts'
import { whyNotBefore } from './check-service.ts'

const metadata = { name: 'db', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
const spec = { selector: { app: 'db' }, clusterIP: '10.0.0.7', ports: [{ port: 5432, protocol: 'TCP' }] }
const owner = { kind: 'Postgresql', name: 'shop', uid: 'o', controller: true }

describe('the fault proxy', () => {
  it('can come before a Service with a selector, a cluster IP and ports of TCP', () => {
    expect(whyNotBefore({ metadata, spec })).toBeUndefined()
    expect(
      whyNotBefore({ metadata, spec: { ...spec, type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' } }),
    ).toBeUndefined()
    expect(
      whyNotBefore({ metadata: { ...metadata, ownerReferences: [{ ...owner, controller: false }] }, spec }),
    ).toBeUndefined()
  })

  it.each<[string, Partial<Service['spec']>, string]>([
    ['no selector', { selector: {} }, 'has no selector'],
    ['no cluster IP', { clusterIP: 'None' }, 'is headless'],
    ['the name of another host', { type: 'ExternalName' }, 'is an ExternalName'],
    ['a port of UDP', { ports: [{ port: 5432 }, { port: 53, protocol: 'UDP' }] }, 'not TCP: 53/UDP'],
    ['no port', { ports: [] }, 'has no port'],
    ['traffic of its own node only', { externalTrafficPolicy: 'Local' }, 'pods of the same node only'],
    ['a proxy before it already', { selector: { 'firedrill.dev/proxy': 'x' } }, 'already'],
  ])('cannot come before one with %s', (_, more, message) => {
    expect(whyNotBefore({ metadata, spec: { ...spec, ...more } })?.message).toContain(message)
  })

  it('cannot come before one that a controller would put back', () => {
    expect(whyNotBefore({ metadata: { ...metadata, ownerReferences: [owner] }, spec })?.message).toBe(
      'belongs to Postgresql shop, whose controller would put its selector back',
    )
  })
})
