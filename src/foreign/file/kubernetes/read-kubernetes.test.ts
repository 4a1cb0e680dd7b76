import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../../base/files/file-problem.ts'
import { foreignDrillTemplate } from '../drill-template.ts'
import { namesOf } from '../foreign-names.ts'
import { targetLabelsOf } from '../foreign-system.ts'
import { parseSystem } from '../system-file.ts'

const read = (text: string) => parseSystem(text, '/srv/firedrill.yaml')

const SHOP = `
name: shop
environment: lab
kubernetes: { context: lab, namespace: shop }
prometheus: { kubernetes: { namespace: monitoring, service: prometheus-operated, port: web, path: /prom }, headersFrom: { X-Scope-OrgID: TENANT } }
alertmanager: { kubernetes: { context: other, service: alertmanager, port: 9093, scheme: https } }
services:
  checkout: { kubernetes: { workload: deployment/checkout, service: checkout, port: http, container: app } }
  db: { urls: ["tcp://db.example:5432"], labels: { job: pg }, kubernetes: { workload: StatefulSet/db, namespace: data } }
  agent: { kubernetes: { workload: daemonset/agent } }
`

function problemsOf(text: string): string[] {
  try {
    read(text)
  } catch (error) {
    if (error instanceof InvalidFileError)
      return error.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
    throw error
  }
  return []
}

describe('a firedrill.yaml of a system on Kubernetes', () => {
  it('says where a key belongs that stands one step too high', () => {
    const text = SHOP.replace('checkout: { kubernetes', 'checkout: { allow: [single-replica], kubernetes')
    const thrown = (() => {
      try {
        return read(text)
      } catch (error) {
        return error
      }
    })()
    expect(thrown instanceof InvalidFileError && thrown.problems).toEqual([
      expect.objectContaining({
        path: 'services.checkout.allow',
        next: expect.stringContaining('kubernetes: { workload: …, allow: … }'),
      }),
    ])
  })

  it('has an autoscaler as a part of it where it says so', () => {
    const [checkout, db] = read(SHOP.replace('container: app', 'container: app, autoscaled: true')).services
    expect([checkout?.run, db?.run].map((run) => run?.kind === 'kubernetes' && run.autoscaled)).toEqual([
      true,
      undefined,
    ])
  })

  it('says that true or false is expected', () => {
    const text = SHOP.replace('container: app', 'autoscaled: maybe')
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ path: 'services.checkout.kubernetes.autoscaled', expected: 'true or false' }),
        ],
      }),
    )
  })

  it('has its workloads, with the place of the file where they name none', () => {
    const [checkout, db, agent] = read(SHOP).services
    expect(checkout).toEqual({
      name: 'checkout',
      urls: [],
      labels: { namespace: 'shop', service: 'checkout' },
      run: {
        kind: 'kubernetes',
        cluster: { context: 'lab' },
        workload: { namespace: 'shop', kind: 'deployment', name: 'checkout' },
        container: 'app',
        service: 'checkout',
        proxied: 'http://lab.kubernetes/api/v1/namespaces/shop/services/http:checkout:http/proxy/',
      },
    })
    expect(db).toMatchObject({
      labels: { job: 'pg' },
      run: { cluster: { context: 'lab' }, workload: { namespace: 'data', kind: 'statefulset', name: 'db' } },
    })
    expect(agent && targetLabelsOf(agent)).toEqual([{ namespace: 'shop', job: 'agent' }])
  })

  it('has its monitoring behind the API server', () => {
    const { prometheus, alertmanager } = read(SHOP)
    expect(prometheus).toEqual({
      url: 'http://lab.kubernetes/api/v1/namespaces/monitoring/services/http:prometheus-operated:web/proxy/prom',
      through: { context: 'lab' },
      headersFrom: { 'X-Scope-OrgID': 'TENANT' },
    })
    expect(alertmanager).toEqual({
      url: 'http://other.kubernetes/api/v1/namespaces/shop/services/https:alertmanager:9093/proxy/',
      through: { context: 'other' },
    })
  })

  it('names the cluster around Firedrill where it names no context', () => {
    const system = read(SHOP.replace('context: lab, ', ''))
    expect(system.services[0]?.run).toMatchObject({ cluster: {} })
    expect(system.prometheus.url).toContain('http://cluster.kubernetes/')
  })

  it('says what drills can do: faults on workloads, none beside them, HTTP where a Service or a URL is named', () => {
    const { foreign } = namesOf(read(SHOP))
    expect(foreign).toMatchObject({
      probed: ['checkout'],
      faultable: ['checkout', 'db', 'agent'],
      faultHost: { workloads: ['checkout', 'db', 'agent'], beside: [], disks: [], capabilities: { canScale: true } },
    })
  })

  it('reports everything that is wrong at once, each with its line', () => {
    expect(
      problemsOf(`
name: shop
environment: lab
kubernetes: { context: lab, cluster: x }
prometheus: { kubernetes: { service: Prometheus }, tokenFrom: TOKEN, rules: "http://a:1" }
alertmanager: { kubernetes: { service: am }, url: "http://a:2" }
services:
  a: { kubernetes: { workload: pod/a }, health: /health, disk: /data }
  b: { kubernetes: { namespace: shop, workload: deployment/b, port: 80 }, process: { port: 1, start: [b] } }
  c: { kubernetes: { namespace: shop, workload: Deployment/b } }
  d: { labels: { job: d } }
`),
    ).toEqual([
      '4 kubernetes.cluster: unknown key "cluster"',
      '5 prometheus.kubernetes: has no namespace',
      '5 prometheus.kubernetes.service: not what is expected here',
      '5 prometheus.tokenFrom: the API server would take the token for its own',
      '5 prometheus.rules: is beside `kubernetes`',
      '6 alertmanager: has url and kubernetes',
      '6 alertmanager.kubernetes: has no namespace',
      '8 services.a.kubernetes: has no namespace',
      '8 services.a.kubernetes.workload: not a workload',
      '8 services.a.health: is of a service that is run by Kubernetes',
      '8 services.a.disk: is of a service that is run by Kubernetes',
      '9 services.b: is both "process" and "kubernetes"',
      '9 services.b.kubernetes: has a port of no Service',
      '10 services.c.kubernetes: is found as services.b.kubernetes is',
      '11 services.d: "urls" is missing',
    ])
  })

  it('takes any quorum: how many pods there are only the cluster knows', () => {
    const text = SHOP.replace('agent: {', 'agent: { urls: ["http://a:1"], quorum: 2,')
    expect(read(text).services[2]?.quorum).toBe(2)
  })

  it('has a template of a drill that harms a workload', () => {
    const text = foreignDrillTemplate('Checkout', read(SHOP))
    expect(text).toMatch(/fault: crash .*\n {4}target: checkout\n/)
    expect(text).toContain('  - http: checkout\n    path: /\n')
    const [, , agent] = read(SHOP).services
    expect(foreignDrillTemplate('Agent', { ...read(SHOP), services: agent === undefined ? [] : [agent] })).toContain(
      'min(up{namespace="shop", job="agent"})',
    )
  })
})
