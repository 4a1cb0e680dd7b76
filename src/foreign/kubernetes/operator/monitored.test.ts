import { describe, expect, it } from 'vitest'
import { emptyMonitorFindings, monitoredPods, monitoredService } from './monitored.ts'
import { metaOf, monitor, service, viewOf } from './test-operator.ts'

const ports = [{ name: 'http', port: 80 }]
const shop = service('shop/checkout', { app: 'checkout', tier: 'front' }, { ports })
const selector = { matchLabels: { app: 'checkout' } }

describe('monitoredService', () => {
  it('gives targets the name of the Service as their job', () => {
    const found = monitoredService(shop, [monitor('shop/m', { selector, endpoints: [{ port: 'http' }] })])
    expect(found).toMatchObject({ labels: { job: 'checkout', namespace: 'shop' }, isCertain: true })
  })

  it('takes the job from a label of the Service where the monitor says so', () => {
    const spec = { selector, endpoints: [{ port: 'http' }], jobLabel: 'tier' }
    expect(monitoredService(shop, [monitor('shop/m', spec)])?.labels.job).toBe('front')
    expect(monitoredService(shop, [monitor('shop/m', { ...spec, jobLabel: 'missing' })])?.labels.job).toBe('checkout')
  })

  it('is not certain where the job is relabelled', () => {
    const endpoints = [{ port: 'http', relabelings: [{ targetLabel: 'job' }] }]
    expect(monitoredService(shop, [monitor('shop/m', { selector, endpoints })])?.isCertain).toBe(false)
  })

  it.each([
    ['has another namespace', monitor('other/m', { selector, endpoints: [{ port: 'http' }] })],
    [
      'wants another label',
      monitor('shop/m', { selector: { matchLabels: { app: 'x' } }, endpoints: [{ port: 'http' }] }),
    ],
    ['wants another port', monitor('shop/m', { selector, endpoints: [{ port: 'metrics' }] })],
  ])('finds no monitor that %s', (_, one) => {
    expect(monitoredService(shop, [one])).toBeUndefined()
  })

  it('finds a monitor of another namespace that selects this one', () => {
    const spec = { selector, endpoints: [{ port: 'http' }] }
    const any = monitor('monitoring/m', { ...spec, namespaceSelector: { any: true } })
    const named = monitor('monitoring/m', { ...spec, namespaceSelector: { matchNames: ['shop'] } })
    expect(monitoredService(shop, [any])).toBeDefined()
    expect(monitoredService(shop, [named])).toBeDefined()
  })
})

describe('monitoredPods', () => {
  it('gives targets the name of the monitor as their job', () => {
    const pod = { metadata: metaOf('shop/checkout-1', { app: 'checkout' }) }
    const one = monitor('shop/pods', { selector, podMetricsEndpoints: [{ port: 'http' }] })
    expect(monitoredPods(pod, [one])?.labels).toEqual({ job: 'shop/pods', namespace: 'shop' })
  })
})

describe('emptyMonitorFindings', () => {
  const findingsFor = (...serviceMonitors: ReturnType<typeof monitor>[]) =>
    emptyMonitorFindings(viewOf({ services: [shop], serviceMonitors }), ['shop'])

  it('finds a monitor that selects no Service', () => {
    const [finding] = findingsFor(monitor('shop/m', { selector: { matchLabels: { app: 'chekout' } } }))
    expect(finding?.detail).toContain('ServiceMonitor shop/m selects no Service')
  })

  it('finds a port that the Service does not have', () => {
    const [finding] = findingsFor(monitor('shop/m', { selector, endpoints: [{ port: 'metrics' }] }))
    expect(finding?.detail).toBe(
      'ServiceMonitor shop/m scrapes a port that Service shop/checkout does not have: metrics',
    )
    expect(finding?.help[0]).toContain('http')
  })

  it('finds nothing in monitors that work, or whose Services were not read', () => {
    const works = monitor('shop/m', { selector, endpoints: [{ port: 'http' }] })
    const byNumber = monitor('shop/m', { selector, endpoints: [{ targetPort: 9090 }] })
    const elsewhere = monitor('shop/m', { selector: {}, namespaceSelector: { matchNames: ['base'] } })
    expect(findingsFor(works, byNumber, elsewhere)).toEqual([])
  })
})
