import { describe, expect, it } from 'vitest'
import { alertmanager, prometheus, rule, viewOf } from '../operator/test-operator.ts'
import { findAlertmanagers, findPrometheuses } from './find-monitoring.ts'
import { clusterView, serviceOf } from './test-cluster-view.ts'

const operated = serviceOf('monitoring/prometheus-operated', {
  selector: { 'app.kubernetes.io/name': 'prometheus' },
  port: 9090,
  portName: 'web',
})
const own = serviceOf('monitoring/prometheus-k8s', {
  selector: { 'app.kubernetes.io/instance': 'k8s' },
  port: 9090,
  portName: 'web',
})
const placesOf = (candidates: readonly { namespace: string; service: string; port: string | number }[]) =>
  candidates.map(({ namespace, service, port }) => `${namespace}/${service}:${port}`)

describe('findPrometheuses and findAlertmanagers', () => {
  it('takes the Service of one Prometheus before the one that the operator makes for all', () => {
    const view = clusterView({ operator: viewOf({}), monitoringServices: [operated, own] })
    expect(placesOf(findPrometheuses(view))).toEqual([
      'monitoring/prometheus-k8s:web',
      'monitoring/prometheus-operated:web',
    ])
  })

  it('prefers the Prometheus that evaluates the rules of the namespace', () => {
    const far = prometheus({ ruleSelector: null }, 'monitoring/aaa')
    const near = prometheus({}, 'team/zzz')
    const services = ['monitoring', 'team'].map((namespace) =>
      serviceOf(`${namespace}/prometheus-operated`, {
        selector: { 'app.kubernetes.io/name': 'prometheus' },
        portName: 'web',
      }),
    )
    const operator = viewOf({ evaluators: [far, near], rules: [rule('shop/rules', { Down: 'up == 0' })] })
    const [first] = findPrometheuses(clusterView({ operator, monitoringServices: services }))
    expect(first).toMatchObject({ namespace: 'team', from: 'Prometheus team/zzz' })
  })

  it('finds the Alertmanager that this Prometheus sends to', () => {
    const alerting = { alertmanagers: [{ namespace: 'monitoring', name: 'pager', port: 'web', pathPrefix: '/am' }] }
    const services = [
      serviceOf('monitoring/alertmanager-main', { selector: { alertmanager: 'main' }, port: 9093, portName: 'web' }),
      serviceOf('monitoring/pager', { selector: { app: 'pager' }, port: 9093, portName: 'web' }),
    ]
    const operator = viewOf({ evaluators: [prometheus({ alerting })], alertmanagers: [alertmanager()] })
    const found = findAlertmanagers(clusterView({ operator, monitoringServices: services }), undefined)
    expect(placesOf(found)).toEqual(['monitoring/pager:web', 'monitoring/alertmanager-main:web'])
    expect(found[0]?.prefix).toBe('/am')
  })

  it('keeps the path and the scheme that a resource has', () => {
    const operator = viewOf({ evaluators: [prometheus({ routePrefix: '/prometheus', web: { tlsConfig: {} } })] })
    const [first] = findPrometheuses(clusterView({ operator, monitoringServices: [operated] }))
    expect(first).toMatchObject({ prefix: '/prometheus', scheme: 'https' })
  })

  it('finds plain Services of a cluster without the operator, and not the programs around them', () => {
    const named = (name: string, port: number) =>
      serviceOf(`base/${name}`, { selector: { app: name }, port, portName: 'http' })
    const services = [
      named('prometheus-node-exporter', 9100),
      named('prometheus-pushgateway', 9091),
      named('prometheus-other', 8080),
      named('prometheus-server', 9090),
      named('release-alertmanager', 9093),
      named('shop', 9090),
    ]
    const view = clusterView({ monitoringServices: services })
    expect(placesOf(findPrometheuses(view))).toEqual(['base/prometheus-server:http', 'base/prometheus-other:http'])
    expect(placesOf(findAlertmanagers(view, undefined))).toEqual(['base/release-alertmanager:http'])
  })

  it('looks in the namespace of the services first, and for an Alertmanager beside its Prometheus', () => {
    const of = (name: string, port: number) =>
      ['aaa', 'base', 'shop'].map((namespace) => serviceOf(`${namespace}/${name}`, { selector: { app: name }, port }))
    const view = clusterView({ monitoringServices: [...of('prometheus', 9090), ...of('alertmanager', 9093)] })
    expect(findPrometheuses(view)[0]?.namespace).toBe('shop')
    expect(findAlertmanagers(view, { namespace: 'base', urls: [] }).map(({ namespace }) => namespace)).toEqual([
      'base',
      'shop',
      'aaa',
    ])
  })

  it.each([
    ['a name in its own namespace', 'http://pager:9093/api/v2/alerts', 'base/pager:http', undefined],
    ['a name in another', 'http://pager.shop.svc:9093/am/api/v2/alerts', 'shop/pager:http', '/am'],
  ])('takes the Alertmanager that Prometheus sends to, by %s', (_, url, place, prefix) => {
    const services = ['base', 'shop'].flatMap((namespace) => [
      serviceOf(`${namespace}/alertmanager`, { selector: { app: 'alertmanager' }, port: 9093 }),
      serviceOf(`${namespace}/pager`, { selector: { app: 'pager' }, port: 9093 }),
    ])
    const view = clusterView({ monitoringServices: services })
    const [first] = findAlertmanagers(view, {
      namespace: 'base',
      urls: ['http://10.0.0.7:9093/api/v2/alerts', 'x', url],
    })
    expect(placesOf(first === undefined ? [] : [first])).toEqual([place])
    expect(first?.prefix).toBe(prefix)
  })
})
