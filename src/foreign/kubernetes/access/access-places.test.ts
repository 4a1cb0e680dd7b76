import { describe, expect, it } from 'vitest'
import { parseSystem } from '../../file/system-file.ts'
import { accessPlacesOf } from './access-places.ts'

describe('accessPlacesOf', () => {
  it('names the workloads of each namespace, and what is read through the API server', () => {
    const system = parseSystem(
      `name: shop
environment: lab
kubernetes: { context: lab, namespace: shop }
prometheus: { kubernetes: { namespace: monitoring, service: prometheus-operated, port: web } }
alertmanager: http://127.0.0.1:9093
services:
  checkout: { kubernetes: { workload: deployment/checkout, service: checkout, port: http } }
  basket: { kubernetes: { workload: statefulset/basket } }
  other: { kubernetes: { namespace: other, workload: deployment/other } }
  far: { kubernetes: { context: far, workload: deployment/far } }
links:
  db: { kubernetes: { service: db } }
  mail: { kubernetes: { namespace: mail, service: smtp } }
`,
      'firedrill.yaml',
    )
    const proxied = [
      { namespace: 'monitoring', name: 'http:prometheus-operated:web' },
      { namespace: 'shop', name: 'http:checkout:http' },
    ]
    expect(accessPlacesOf(system)).toEqual([
      {
        cluster: { context: 'lab' },
        undoAccount: 'firedrill',
        places: {
          namespace: 'shop',
          workloads: [
            { kind: 'deployment', name: 'checkout' },
            { kind: 'statefulset', name: 'basket' },
          ],
          links: ['db'],
          proxied,
          monitoring: ['monitoring'],
        },
      },
      {
        cluster: { context: 'lab' },
        undoAccount: 'firedrill',
        places: {
          namespace: 'other',
          workloads: [{ kind: 'deployment', name: 'other' }],
          links: [],
          proxied,
          monitoring: ['monitoring'],
        },
      },
      {
        cluster: { context: 'far' },
        undoAccount: 'firedrill',
        places: {
          namespace: 'shop',
          workloads: [{ kind: 'deployment', name: 'far' }],
          links: [],
          proxied: [],
          monitoring: [],
        },
      },
      {
        cluster: { context: 'lab' },
        undoAccount: 'firedrill',
        places: { namespace: 'mail', workloads: [], links: ['smtp'], proxied, monitoring: ['monitoring'] },
      },
    ])
  })

  it('is empty for a system that is not on Kubernetes', () => {
    const text =
      'name: shop\nenvironment: lab\nprometheus: http://127.0.0.1:9090\nalertmanager: http://127.0.0.1:9093\nservices: { web: { urls: ["http://127.0.0.1:3000"] } }\n'
    expect(accessPlacesOf(parseSystem(text, 'firedrill.yaml'))).toEqual([])
  })
})
