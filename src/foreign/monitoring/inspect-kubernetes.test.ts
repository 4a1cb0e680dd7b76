import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApiServer } from '../../kubernetes/test-api-server.ts'
import { parseSystem } from '../file/system-file.ts'
import { accessPlacesOf } from '../kubernetes/access/access-places.ts'
import { inspectCluster } from './inspect-kubernetes.ts'

const SYSTEM = `
name: shop
environment: lab
kubernetes: { context: lab, namespace: shpo }
prometheus: http://127.0.0.1:9090
alertmanager: http://127.0.0.1:9093
services: { web: { kubernetes: { workload: deployment/web } } }
`

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
})
afterEach(() => server.close())

async function inspect(text: string) {
  const cluster = server.cluster()
  try {
    const system = parseSystem(text, 'firedrill.yaml')
    const [place] = accessPlacesOf(system)
    if (place === undefined) throw new Error('a place')
    return await inspectCluster(system, place, { env: {}, signal: undefined, clusters: { of: () => cluster } })
  } finally {
    await cluster.close()
  }
}

describe('inspectCluster', () => {
  it('says of a namespace that is not there only that, and which there are', async () => {
    server.put('/api/v1/namespaces/shop', {})
    expect(await inspect(SYSTEM)).toEqual([
      {
        name: 'kubernetes',
        status: 'bad',
        detail: 'there is no namespace shpo',
        help: ['kubernetes: { namespace: NAME } in the file; there are shop'],
      },
    ])
  })

  it('says that faults are refused in a namespace of Kubernetes itself', async () => {
    server.put('/api/v1/namespaces/kube-system', {})
    server.intercept = (method, path) => {
      if (path === '/apis') return { status: 200, body: { groups: [] } }
      return method === 'POST' && path.endsWith('/selfsubjectaccessreviews')
        ? { status: 201, body: { status: { allowed: true } } }
        : undefined
    }
    const details = (await inspect(SYSTEM.replace('shpo', 'kube-system'))).map(
      ({ status, detail }) => `${status} ${detail}`,
    )
    expect(details[0]).toMatch(/^note faults of web are refused by default: .+allow: \[system-namespaces\]/)
    expect(details.join()).not.toContain('allows in')
  })
})
