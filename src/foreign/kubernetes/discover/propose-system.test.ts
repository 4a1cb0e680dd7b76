import { describe, expect, it } from 'vitest'
import { parseSystem } from '../../file/system-file.ts'
import { type Proposal, proposeSystem } from './propose-system.ts'

const prometheus = {
  namespace: 'monitoring',
  service: 'prometheus-k8s',
  port: 'web',
  scheme: 'http' as const,
  from: 'Prometheus monitoring/k8s',
  proof: { version: '2.50.0' },
}
const full: Proposal = {
  name: 'shop',
  context: 'arn:aws:eks:eu-central-1:123:cluster/shop',
  namespace: 'shop',
  prometheus,
  alertmanager: {
    ...prometheus,
    service: 'alertmanager',
    port: 9093,
    prefix: '/am',
    from: 'Service monitoring/alertmanager',
  },
  services: [
    {
      name: 'checkout',
      workload: 'deployment/checkout',
      replicas: 3,
      service: 'checkout',
      port: 'http',
      labels: { job: 'checkout', namespace: 'shop' },
      from: 'its targets in Prometheus',
    },
    { name: 'worker', workload: 'statefulset/worker', replicas: 1, from: 'nothing scrapes it' },
  ],
}

describe('proposeSystem', () => {
  it('writes a file that is valid, and says what was found', () => {
    const system = parseSystem(proposeSystem(full), 'firedrill.yaml')
    expect(system.services.map(({ name, labels, run }) => ({ name, labels, run }))).toMatchObject([
      {
        name: 'checkout',
        labels: { job: 'checkout', namespace: 'shop' },
        run: { kind: 'kubernetes', workload: { kind: 'deployment', name: 'checkout', namespace: 'shop' } },
      },
      { name: 'worker', run: { kind: 'kubernetes', workload: { kind: 'statefulset', name: 'worker' } } },
    ])
    expect(system.prometheus.url).toContain('/namespaces/monitoring/services/http:prometheus-k8s:web/proxy/')
    expect(system.alertmanager.url).toContain('/services/http:alertmanager:9093/proxy/am')
  })

  it('takes an autoscaler for a part of the system', () => {
    const services = full.services.map((service) => ({ ...service, autoscaler: 'scaler' }))
    const text = proposeSystem({ ...full, services })
    expect(text).toContain('port: http, autoscaled: true }   # 3 replicas; HorizontalPodAutoscaler scaler scales it\n')
    expect(parseSystem(text, 'firedrill.yaml').services[0]?.run).toMatchObject({ autoscaled: true })
  })

  it('writes a valid file where no monitoring was found, with URLs to correct', () => {
    const text = proposeSystem({ ...full, context: undefined, prometheus: undefined, alertmanager: undefined })
    expect(parseSystem(text, 'firedrill.yaml').prometheus.url).toBe('http://127.0.0.1:9090')
    expect(text).toContain('# None was found in the cluster')
  })

  it('says where each line comes from, and why one is only supposed', () => {
    const text = proposeSystem({ ...full, prometheus: { ...prometheus, proof: { why: 'no answer\nwithin 5 s' } } })
    expect(text).toContain('# Prometheus monitoring/k8s; it does not answer: no answer within 5 s')
    expect(text).toContain('3 replicas')
    expect(text).toContain('one replica: faults that take it away are refused')
    expect(text).toContain('# labels: { job: … }   # nothing scrapes it')
  })

  it('keeps values that YAML would read as something else', () => {
    const context = 'a, b: {c} #d'
    const labels = { job: 'true', namespace: '12', odd: 'a,b]: "x' }
    const text = proposeSystem({
      ...full,
      context,
      services: [
        { ...full.services[0], name: 'checkout', workload: 'deployment/checkout', replicas: 1, labels, from: '' },
      ],
    })
    const system = parseSystem(text, 'firedrill.yaml')
    expect(system.services[0]?.labels).toEqual(labels)
    expect(system.services[0]?.run).toMatchObject({ cluster: { context } })
  })
})
