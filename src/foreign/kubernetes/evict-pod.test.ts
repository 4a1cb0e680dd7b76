import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refused, TestApiServer } from '../../kubernetes/test-api-server.ts'
import { describeAs } from '../../kubernetes/test-served.ts'
import { evictPod } from './evict-pod.ts'

const PATH = '/api/v1/namespaces/shop/pods/web-a/eviction'
const pod = { namespace: 'shop', name: 'web-a', uid: 'uid-a' }

let server: TestApiServer
let answer: { status: number; body: object }
beforeEach(async () => {
  server = await TestApiServer.start()
  answer = { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
  server.intercept = (method, path) => (method === 'POST' && path === PATH ? answer : undefined)
})
afterEach(() => server.close())

describe('an eviction', () => {
  it.each([
    ['1.20', 'policy/v1beta1'],
    ['1.33', 'policy/v1'],
  ] as const)('of Kubernetes %s is an object of %s, for the pod with that UID alone', async (version, apiVersion) => {
    describeAs(server, version)
    await evictPod(server.cluster(), pod)
    expect(server.requests.find(({ method }) => method === 'POST')).toMatchObject({
      path: PATH,
      body: {
        apiVersion,
        kind: 'Eviction',
        metadata: { name: 'web-a', namespace: 'shop' },
        deleteOptions: { preconditions: { uid: 'uid-a' } },
      },
    })
  })

  it.each(['1.20', '1.33'] as const)('that a budget forbids is a conflict, on Kubernetes %s', async (version) => {
    describeAs(server, version)
    answer = refused(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.")
    await expect(evictPod(server.cluster(), pod)).rejects.toMatchObject({
      code: 'FD_RUNTIME_CONFLICT',
      message: 'a PodDisruptionBudget forbids to end pod web-a now',
    })
  })

  it('is unsupported where the cluster serves none', async () => {
    server.texts.set('/api/v1', JSON.stringify({ resources: [] }))
    await expect(evictPod(server.cluster(), pod)).rejects.toMatchObject({ code: 'FD_RUNTIME_UNSUPPORTED' })
  })
})
