import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../../base/errors.ts'
import type { ApiRequest, Cluster } from '../../../kubernetes/cluster.ts'
import { kubernetesErrors } from '../../../kubernetes/cluster.ts'
import type { ObjectMeta } from '../../../kubernetes/objects.ts'
import { prometheus } from '../operator/test-operator.ts'
import { discoverSystem } from './discover-system.ts'
import { serviceOf, workload } from './test-cluster-view.ts'

const PROXY = '/api/v1/namespaces/monitoring/services/http:prometheus-k8s:web/proxy/'
const { object, pods } = workload('checkout', { kind: 'statefulset' })
const owned = pods.map((pod) => ({
  ...pod,
  metadata: {
    ...pod.metadata,
    ownerReferences: [{ kind: 'StatefulSet', name: 'checkout', uid: object.metadata.uid, controller: true }],
  },
}))

const listOf = (...items: { metadata: ObjectMeta }[]) => ({ metadata: { resourceVersion: '1' }, items })

/** What an API server answers, by path; there is nothing else. */
const ANSWERS: Record<string, unknown> = {
  '/apis': {
    groups: [{ name: 'monitoring.coreos.com', versions: [{ groupVersion: 'monitoring.coreos.com/v1' }] }],
  },
  '/apis/monitoring.coreos.com/v1': {
    resources: [{ name: 'prometheuses', kind: 'Prometheus', verbs: ['list'] }],
  },
  '/apis/monitoring.coreos.com/v1/prometheuses': listOf(prometheus()),
  '/api/v1/namespaces/shop': { metadata: object.metadata },
  '/api/v1/namespaces/shop/pods': listOf(...owned),
  '/api/v1/namespaces/shop/services': listOf(),
  '/apis/apps/v1/namespaces/shop/replicasets': listOf(),
  '/apis/apps/v1/namespaces/shop/deployments': listOf(),
  '/apis/apps/v1/namespaces/shop/statefulsets': listOf(object),
  '/apis/apps/v1/namespaces/shop/daemonsets': listOf(),
  '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers': listOf(),
  '/api/v1/services': listOf(
    serviceOf('monitoring/prometheus-k8s', { selector: { prometheus: 'k8s' }, port: 9090, portName: 'web' }),
  ),
  [`${PROXY}api/v1/status/buildinfo`]: { status: 'success', data: { version: '2.50.0' } },
  [`${PROXY}api/v1/query`]: {
    status: 'success',
    data: { result: [{ metric: { job: 'checkout', namespace: 'shop', pod: 'checkout-1' }, value: [0, '1'] }] },
  },
}

function clusterWith(answers: Record<string, unknown>): Pick<Cluster, 'request'> {
  return {
    request: async <T>({ path }: ApiRequest): Promise<T> => {
      const answer = answers[path]
      if (answer instanceof FiredrillError) throw answer
      if (answer === undefined) throw kubernetesErrors.error('FD_KUBERNETES_NOT_FOUND', { message: `no ${path}` })
      return answer as T
    },
  }
}

const request = { name: 'shop', context: 'lab', namespace: 'shop', monitoring: [] }
const forbidden = kubernetesErrors.error('FD_KUBERNETES_FORBIDDEN', { message: 'forbidden' })

describe('discoverSystem', () => {
  it('finds the Prometheus of the operator, asks it for its version, and takes labels from its targets', async () => {
    const found = await discoverSystem(clusterWith(ANSWERS), request)
    expect(found.prometheus).toMatchObject({ service: 'prometheus-k8s', proof: { version: '2.50.0' } })
    expect(found.services).toEqual([
      {
        name: 'checkout',
        workload: 'statefulset/checkout',
        replicas: 2,
        labels: { job: 'checkout', namespace: 'shop' },
        from: 'its targets in Prometheus',
      },
    ])
    expect(found.alertmanager).toBeUndefined()
    expect(found.text).toContain('kubernetes: { context: lab, namespace: shop }')
  })

  it('finds the autoscaler of a workload, and does without where autoscalers may not be listed', async () => {
    const path = '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers'
    const scaler = {
      metadata: { ...object.metadata, name: 'checkout-scaler' },
      spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'checkout' } },
    }
    const found = await discoverSystem(clusterWith({ ...ANSWERS, [path]: listOf(scaler) }), request)
    expect(found.services).toMatchObject([{ name: 'checkout', autoscaler: 'checkout-scaler' }])
    const without = await discoverSystem(clusterWith({ ...ANSWERS, [path]: forbidden }), request)
    expect(without.services[0]?.autoscaler).toBeUndefined()
    expect(without.unread).toContain('HorizontalPodAutoscalers: forbidden')
  })

  it('looks in the namespaces that are named where Services of all may not be listed', async () => {
    const answers = {
      ...ANSWERS,
      '/api/v1/services': forbidden,
      '/api/v1/namespaces/monitoring/services': ANSWERS['/api/v1/services'],
    }
    const without = await discoverSystem(clusterWith(answers), request)
    expect(without.prometheus).toBeUndefined()
    expect(without.unread).toContain('Services of all namespaces: forbidden')
    const found = await discoverSystem(clusterWith(answers), { ...request, monitoring: ['monitoring'] })
    expect(found.prometheus?.service).toBe('prometheus-k8s')
  })

  it('takes the Prometheus that scrapes the pods, though another one answers first', async () => {
    const own = '/api/v1/namespaces/shop/services/http:prometheus:web/proxy/'
    const other = { status: 'success', data: { result: [{ metric: { job: 'other', instance: '10.9.9.9:80' } }] } }
    const answers = {
      ...ANSWERS,
      '/api/v1/services': listOf(
        serviceOf('shop/prometheus', { selector: { app: 'prometheus' }, port: 9090, portName: 'web' }),
        ...(ANSWERS['/api/v1/services'] as ReturnType<typeof listOf>).items,
      ),
      '/apis/monitoring.coreos.com/v1/prometheuses': listOf(),
      [`${own}api/v1/status/buildinfo`]: { status: 'success', data: { version: '3.0.0' } },
      [`${own}api/v1/query`]: other,
    }
    expect((await discoverSystem(clusterWith(answers), request)).prometheus?.namespace).toBe('monitoring')
    const without = { ...answers, [`${PROXY}api/v1/query`]: other }
    expect((await discoverSystem(clusterWith(without), request)).prometheus?.namespace).toBe('shop')
  })

  it('keeps a Prometheus that does not answer, with the reason', async () => {
    const { [`${PROXY}api/v1/status/buildinfo`]: _, ...answers } = ANSWERS
    const found = await discoverSystem(clusterWith(answers), request)
    expect(found.prometheus?.proof).toMatchObject({ why: expect.stringContaining('buildinfo') })
  })

  it('does not take another program for a Prometheus', async () => {
    const answers = { ...ANSWERS, [`${PROXY}api/v1/status/buildinfo`]: { status: 'ok' } }
    const found = await discoverSystem(clusterWith(answers), request)
    expect(found.prometheus?.proof).toEqual({ why: 'its answer is of another program' })
  })

  it('refuses a namespace without workloads', async () => {
    const answers = { ...ANSWERS, '/apis/apps/v1/namespaces/shop/statefulsets': listOf() }
    await expect(discoverSystem(clusterWith(answers), request)).rejects.toMatchObject({
      code: 'FD_FOREIGN_NOTHING_FOUND',
    })
  })

  it('takes the kinds of workloads that it may read', async () => {
    const answers = { ...ANSWERS, '/apis/apps/v1/namespaces/shop/daemonsets': forbidden }
    const found = await discoverSystem(clusterWith(answers), request)
    expect(found.services).toHaveLength(1)
    expect(found.unread).toContain('DaemonSets: forbidden')
    const none = Object.fromEntries(
      ['deployments', 'statefulsets', 'daemonsets'].map((kind) => [`/apis/apps/v1/namespaces/shop/${kind}`, forbidden]),
    )
    await expect(discoverSystem(clusterWith({ ...ANSWERS, ...none }), request)).rejects.toBe(forbidden)
  })

  it('rejects where the workloads may not be read', async () => {
    const answers = { ...ANSWERS, '/api/v1/namespaces/shop/pods': forbidden }
    await expect(discoverSystem(clusterWith(answers), request)).rejects.toBe(forbidden)
  })
})
