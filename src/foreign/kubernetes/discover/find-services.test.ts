import { describe, expect, it } from 'vitest'
import { monitor, viewOf } from '../operator/test-operator.ts'
import { findServices, labelsOfSeries } from './find-services.ts'
import { clusterView, serviceOf, workload } from './test-cluster-view.ts'

describe('findServices', () => {
  it('names every workload once, in names that drills can have', () => {
    const workloads = [
      workload('checkout'),
      workload('checkout', { kind: 'statefulset' }),
      workload('2.basket'),
      workload('basket'),
      workload('7'),
    ]
    const found = findServices(clusterView({ workloads }), undefined)
    expect(found.map(({ name }) => name)).toEqual([
      'checkout-deployment',
      'checkout-statefulset',
      'basket',
      'basket-2',
      'service',
    ])
    for (const { name } of found) expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}$/)
  })

  it('counts the replicas of a workload, and the pods of a DaemonSet', () => {
    const workloads = [workload('web', { replicas: 3 }), workload('agent', { replicas: 2, kind: 'daemonset' })]
    expect(findServices(clusterView({ workloads }), undefined).map(({ replicas }) => replicas)).toEqual([3, 2])
  })

  it('takes labels from a ServiceMonitor whose Service selects the pods', () => {
    const services = [serviceOf('shop/front', { selector: { app: 'checkout' }, labels: { app: 'front' } })]
    const serviceMonitors = [
      monitor('shop/m', { selector: { matchLabels: { app: 'front' } }, endpoints: [{ port: 'http' }] }),
    ]
    const view = clusterView({ workloads: [workload('checkout')], services, operator: viewOf({ serviceMonitors }) })
    expect(findServices(view, undefined)).toMatchObject([
      { labels: { job: 'front', namespace: 'shop' }, from: 'ServiceMonitor shop/m by Service shop/front' },
    ])
  })

  it('takes labels from a PodMonitor where there is no ServiceMonitor', () => {
    const podMonitors = [
      monitor('shop/pods', { selector: { matchLabels: { app: 'checkout' } }, podMetricsEndpoints: [{}] }),
    ]
    const view = clusterView({ workloads: [workload('checkout')], operator: viewOf({ podMonitors }) })
    expect(findServices(view, undefined)).toMatchObject([
      { labels: { job: 'shop/pods', namespace: 'shop' }, from: 'PodMonitor shop/pods' },
    ])
  })

  it('believes the targets of Prometheus before a monitor', () => {
    const services = [serviceOf('shop/front', { selector: { app: 'checkout' } })]
    const serviceMonitors = [monitor('shop/m', { selector: {}, endpoints: [{ port: 'http' }] })]
    const view = clusterView({ workloads: [workload('checkout')], services, operator: viewOf({ serviceMonitors }) })
    const up = [{ job: 'relabelled', namespace: 'shop', pod: 'checkout-1' }]
    expect(findServices(view, up)).toMatchObject([{ labels: { job: 'relabelled' }, from: 'its targets in Prometheus' }])
  })

  it('names the port of the Service, which the API server finds by its name alone', () => {
    const doorOf = (ports: { name?: string; port: number }[]) => {
      const front = serviceOf('shop/front', { selector: { app: 'checkout' } })
      const services = [{ ...front, spec: { ...front.spec, ports } }]
      const [{ service, port } = { service: undefined }] = findServices(
        clusterView({ workloads: [workload('checkout')], services }),
        undefined,
      )
      return { service, port }
    }
    expect(doorOf([{ name: 'metrics', port: 9000 }])).toEqual({ service: 'front', port: 'metrics' })
    expect(doorOf([{ port: 9000 }])).toEqual({ service: 'front', port: undefined })
    expect(
      doorOf([
        { name: 'metrics', port: 9000 },
        { name: 'http', port: 80 },
      ]),
    ).toEqual({ service: 'front', port: 'http' })
  })

  it('says that nothing scrapes a workload', () => {
    const [found] = findServices(clusterView({ workloads: [workload('checkout')] }), [])
    expect(found?.labels).toBeUndefined()
    expect(found?.from).toContain('nothing scrapes it')
  })
})

describe('labelsOfSeries', () => {
  const { pods } = workload('checkout')
  const own = pods.map(({ metadata }) => ({
    job: 'app',
    namespace: 'shop',
    service: 'checkout',
    pod: metadata.name,
    instance: 'x',
  }))

  it('takes the job and the namespace where they are enough', () => {
    expect(labelsOfSeries(pods, [...own, { job: 'app', namespace: 'base', pod: 'other' }])).toEqual({
      job: 'app',
      namespace: 'shop',
    })
  })

  it('adds labels until no other target fits', () => {
    const other = { job: 'app', namespace: 'shop', service: 'basket', pod: 'basket-1' }
    expect(labelsOfSeries(pods, [...own, other])).toEqual({ job: 'app', namespace: 'shop', service: 'checkout' })
  })

  it('knows pods by their address where no label names them', () => {
    const [first] = pods
    const series = [
      { job: 'plain', instance: `${first?.status.podIP}:3000` },
      { job: 'other', instance: '10.9.9.9:3000' },
    ]
    expect(labelsOfSeries(pods, series)).toEqual({ job: 'plain' })
  })

  it('does not take a pod of the same name in another namespace', () => {
    expect(labelsOfSeries(pods, [{ job: 'app', namespace: 'base', pod: 'checkout-1' }])).toBeUndefined()
  })
})
