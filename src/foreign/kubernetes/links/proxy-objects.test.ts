import { describe, expect, it } from 'vitest'
import type { Service, ServicePort } from '../../../kubernetes/objects.ts'
import type { PodProxyPlan } from '../../../proxy/pod/pod-proxy-plan.ts'
import { behindService, proxyPod } from './proxy-objects.ts'

const owner = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'l', uid: 'lease-uid' }
const toxic = { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 5, jitter: 0 } } as const
const harm = { fault: 'network-latency', toxic }

function serviceWith(ports: readonly ServicePort[]): Service {
  const metadata = { name: 'db', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
  return { metadata, spec: { selector: { app: 'db' }, clusterIP: '10.0.0.7', ports } }
}

function podBefore(ports: readonly ServicePort[], program = '') {
  const wish = { id: 'f1', service: serviceWith(ports), harm, seed: 7, owner }
  const { metadata, spec } = proxyPod(wish, { address: '10.0.0.8', program, image: 'node:20' })
  const [container] = spec.containers
  const plan = JSON.parse(container?.env[0]?.value ?? '') as PodProxyPlan
  return { metadata, container, plan }
}

describe('the pod of the proxy', () => {
  it('listens where the pods do, and reaches them by the Service behind it', () => {
    const { plan, container, metadata } = podBefore([{ port: 80, targetPort: 8080 }, { port: 9000 }])
    expect(plan).toEqual({
      ports: [
        { listen: 8080, upstream: '10.0.0.8:80' },
        { listen: 9000, upstream: '10.0.0.8:9000' },
      ],
      toxic,
      seed: 7,
      readyPort: 17_999,
    })
    expect(container?.securityContext).toMatchObject({ runAsNonRoot: true, readOnlyRootFilesystem: true })
    expect(metadata).toMatchObject({
      name: 'firedrill-proxy-f1',
      namespace: 'shop',
      labels: { 'firedrill.dev/proxy': 'f1' },
      ownerReferences: [owner],
    })
    // The Job that undoes is found by this label.
    expect(metadata.labels).not.toHaveProperty('firedrill.dev/undo')
  })

  it('has the names of the ports of the pods, under numbers that are free', () => {
    const { plan, container } = podBefore([
      { name: 'a', port: 80, targetPort: 'web' },
      { name: 'b', port: 81, targetPort: 17_000 },
      { name: 'c', port: 82, targetPort: 'web' },
    ])
    expect(plan.ports).toEqual([
      { listen: 17_001, upstream: '10.0.0.8:82' },
      { listen: 17_000, upstream: '10.0.0.8:81' },
    ])
    expect(container?.ports).toEqual([{ name: 'web', containerPort: 17_001 }, { containerPort: 17_000 }])
  })

  it('may listen below 1024, and nothing else that others may not', () => {
    const { container } = podBefore([{ port: 80 }])
    expect(container?.securityContext).toMatchObject({
      runAsUser: 0,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    })
  })

  it('keeps dollar signs of its program from the kubelet', () => {
    const { container } = podBefore([{ port: 8080 }], '$$a = $(HOME)')
    expect(container?.command.at(-1)).toBe('$$$$a = $$(HOME)')
  })
})

it('the Service behind the proxy has the selector and the ports of before', () => {
  const service = serviceWith([{ name: 'pg', port: 5432, targetPort: 'postgres', protocol: 'TCP' }])
  expect(behindService({ id: 'f1', service, owner })).toMatchObject({
    metadata: { name: 'firedrill-proxy-f1', namespace: 'shop', ownerReferences: [owner] },
    spec: { selector: { app: 'db' }, ports: [{ name: 'pg', port: 5432, targetPort: 'postgres', protocol: 'TCP' }] },
  })
})
