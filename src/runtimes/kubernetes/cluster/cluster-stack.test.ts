import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refused, TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { ClusterStack } from './cluster-stack.ts'

const place = { context: 'lab', namespace: 'firedrill', id: '0123456789ab' }
const NAMESPACE = '/api/v1/namespaces/firedrill'
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

let server: TestApiServer
let stack: ClusterStack
let forbidden: readonly string[]
let version: { major: string; minor: string; gitVersion: string }
let served: string
beforeEach(async () => {
  server = await TestApiServer.start()
  stack = new ClusterStack(place, { cluster: server.cluster() })
  forbidden = []
  version = { major: '1', minor: '31', gitVersion: 'v1.31.2' }
  served = 'v1'
  server.intercept = (_, path) => {
    if (path === '/version') return { status: 200, body: version }
    if (path === '/apis') {
      const groupVersion = `policy/${served}`
      return { status: 200, body: { groups: [{ name: 'policy', versions: [{ groupVersion }] }] } }
    }
    if (path === `/apis/policy/${served}`) {
      const budgets = { name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', verbs: [] }
      return { status: 200, body: { resources: [budgets] } }
    }
    if (path !== REVIEWS) return undefined
    const asked = JSON.stringify(server.requests.at(-1)?.body)
    const allowed = !forbidden.some((resource) => asked.includes(`"resource":"${resource}"`))
    return { status: 201, body: { status: { allowed } } }
  }
})
afterEach(async () => {
  await stack.close()
  await server.close()
})

const changes = () => server.requests.filter(({ method, path }) => method !== 'GET' && path !== REVIEWS)

describe('a stack in a cluster, before anything is done', () => {
  it('is rendered for what the cluster serves', async () => {
    expect(await stack.check()).toEqual({ version: 'v1.31.2', policyApi: 'policy/v1', isThere: false })
    expect(changes()).toEqual([])
  })

  it('is rendered for a cluster before 1.21 as well', async () => {
    served = 'v1beta1'
    version = { major: '1', minor: '20+', gitVersion: 'v1.20.2+k3s1' }
    expect(await stack.check()).toMatchObject({ policyApi: 'policy/v1beta1' })
  })

  it('is refused on an older cluster', async () => {
    version = { major: '1', minor: '18', gitVersion: 'v1.18.0' }
    await expect(stack.check()).rejects.toMatchObject({
      code: 'FD_CLUSTER_OLD',
      details: { given: 'v1.18.0', expected: 'Kubernetes 1.19 or newer' },
    })
  })

  it('is refused where rights are missing, with all of them', async () => {
    forbidden = ['deployments', 'roles']
    await expect(stack.check()).rejects.toMatchObject({
      code: 'FD_CLUSTER_RIGHTS',
      message:
        'not allowed in the namespace firedrill: create deployments, create roles, get deployments, get roles, list deployments, patch deployments, patch roles',
    })
  })

  it.each([
    ['has no label', {}, 'firedrill has not made it'],
    ['has that of another stack', { 'firedrill.dev/stack': 'ba9876543210' }, 'of another state folder'],
  ])('is refused where the namespace %s', async (_, labels, message) => {
    server.put(NAMESPACE, { metadata: { labels } })
    await expect(stack.check()).rejects.toMatchObject({
      code: 'FD_CLUSTER_NAMESPACE',
      message: expect.stringContaining(message),
    })
    await expect(stack.remove()).rejects.toMatchObject({ code: 'FD_CLUSTER_NAMESPACE' })
    await expect(stack.stop({})).rejects.toMatchObject({ code: 'FD_CLUSTER_NAMESPACE' })
    await expect(stack.parts()).rejects.toMatchObject({ code: 'FD_CLUSTER_NAMESPACE' })
    expect(changes()).toEqual([])
  })

  it('waits for nothing while its namespace is being removed', async () => {
    const labels = { 'firedrill.dev/stack': place.id }
    server.put(NAMESPACE, { metadata: { labels, deletionTimestamp: '2026-01-01T00:00:00Z' } })
    await expect(stack.check()).rejects.toMatchObject({ message: 'the namespace is being removed' })
  })
})

describe('a stack in a cluster', () => {
  beforeEach(() => {
    server.put(NAMESPACE, { metadata: { labels: { 'firedrill.dev/stack': place.id } } })
  })

  it('is found by its labels', async () => {
    const labels = { 'app.kubernetes.io/part-of': 'firedrill', 'app.kubernetes.io/name': 'store' }
    server.put(`/apis/apps/v1/namespaces/firedrill/deployments/store`, {
      metadata: { labels },
      spec: { replicas: 1 },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    })
    server.put(`/apis/apps/v1/namespaces/firedrill/deployments/other`, { spec: { replicas: 1 }, status: {} })
    expect(await stack.parts()).toMatchObject([{ name: 'store', isReady: true }])
  })

  it('is explained with fewer words where events may not be read', async () => {
    const answer = server.intercept
    server.intercept = (method, path) =>
      path.endsWith('/events') ? refused(403, 'Forbidden', 'events is forbidden') : answer(method, path)
    expect(await stack.parts()).toEqual([])
  })

  it('has its secrets read once setup has made them', async () => {
    const data = { control: Buffer.from('token').toString('base64') }
    server.put(`${NAMESPACE}/secrets/all-secrets`, { data } as object)
    expect(await stack.secrets()).toEqual({ control: 'token' })
  })

  it('goes with its namespace, and a second time there is nothing to remove', async () => {
    expect(await stack.remove()).toBe('removed')
    expect(await stack.remove()).toBe('not there')
    expect(await stack.parts()).toBeUndefined()
  })
})
