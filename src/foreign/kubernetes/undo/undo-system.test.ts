import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { refused, TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { parseSystem } from '../../file/system-file.ts'
import { UNDO_ANNOTATION } from './undo-record.ts'
import { refuseLeftBehind, undoSystem } from './undo-system.ts'

const system = parseSystem(
  `
name: test
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
kubernetes: { context: lab }
services:
  a: { kubernetes: { namespace: closed, workload: deployment/a } }
  b: { kubernetes: { namespace: shop, workload: deployment/b } }
`,
  'firedrill.yaml',
)
const WORKLOAD = '/apis/apps/v1/namespaces/shop/deployments/b'

let server: TestApiServer
let cluster: Cluster
beforeEach(async () => {
  server = await TestApiServer.start()
  cluster = server.cluster()
  const object = { namespace: 'shop', kind: 'deployment', name: 'b' }
  const undo = [
    { op: 'test', path: '/spec/replicas', value: 0 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
  ]
  const record = { id: 'x', fault: 'scale', object, what: '0 replicas instead of 3', undo }
  server.put(WORKLOAD, { spec: { replicas: 0 }, status: {} })
  server.put('/apis/coordination.k8s.io/v1/namespaces/shop/leases/x', {
    metadata: { labels: { 'firedrill.dev/undo': 'x' }, annotations: { [UNDO_ANNOTATION]: JSON.stringify(record) } },
    spec: {},
  })
  server.intercept = (_, path) =>
    path.includes('/namespaces/closed/leases') ? refused(403, 'Forbidden', 'leases is forbidden') : undefined
})
afterEach(() => server.close())

const clusters = () => ({ of: () => cluster, close: async () => undefined })

describe('what was left in one namespace', () => {
  it('keeps a run from beginning although another namespace may not be looked at', async () => {
    await expect(refuseLeftBehind(system, clusters())).rejects.toMatchObject({ code: 'FD_FOREIGN_LEFT_BEHIND' })
  })

  it('is put back although another namespace may not be looked at, which is said', async () => {
    expect(await undoSystem(system, clusters())).toEqual([
      { what: 'changes in closed of the test server', changed: undefined, detail: 'leases is forbidden' },
      { what: expect.stringContaining('scale of deployment/b in shop'), changed: true, detail: expect.any(String) },
    ])
    expect(server.objects.get(WORKLOAD)?.spec.replicas).toBe(3)
    await expect(refuseLeftBehind(system, clusters())).resolves.toBeUndefined()
  })
})
