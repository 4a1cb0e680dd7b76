import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApiServer } from './test-api-server.ts'
import { findResource } from './versions.ts'

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
})
afterEach(() => server.close())

/** What a server says of its API: groups with their versions, the preferred one first. */
function serve(groups: Record<string, Record<string, object[]>>): void {
  const list = Object.entries(groups).map(([name, versions]) => {
    const all = Object.keys(versions).map((version) => ({ groupVersion: `${name}/${version}`, version }))
    return { name, versions: all, preferredVersion: all[0] }
  })
  server.texts.set('/apis', JSON.stringify({ groups: list }))
  for (const [name, versions] of Object.entries(groups)) {
    for (const [version, resources] of Object.entries(versions))
      server.texts.set(`/apis/${name}/${version}`, JSON.stringify({ resources }))
  }
}

const budgets = { name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', verbs: ['get', 'list'] }
const jobs = { name: 'jobs', kind: 'Job', verbs: ['create'] }
const cronJobs = { name: 'cronjobs', kind: 'CronJob', verbs: ['create'] }

describe('the version of a resource', () => {
  it.each([
    ['of Kubernetes 1.20', { policy: { v1beta1: [budgets] } }, 'policy/v1beta1'],
    ['of today', { policy: { v1: [budgets], v1beta1: [budgets] } }, 'policy/v1'],
  ])('is the one that the cluster prefers: %s', async (_, groups, apiVersion) => {
    serve(groups)
    expect(await findResource(server.cluster(), 'policy', 'poddisruptionbudgets')).toEqual({
      api: `/apis/${apiVersion}`,
      apiVersion,
      kind: 'PodDisruptionBudget',
      verbs: ['get', 'list'],
    })
  })

  it('is another one where the preferred version does not have it', async () => {
    serve({ batch: { v1: [jobs], v1beta1: [cronJobs] } })
    const cluster = server.cluster()
    expect(await findResource(cluster, 'batch', 'jobs')).toMatchObject({ apiVersion: 'batch/v1' })
    expect(await findResource(cluster, 'batch', 'cronjobs')).toMatchObject({ apiVersion: 'batch/v1beta1' })
    // Each document is asked for once.
    expect(server.requests.map(({ path }) => path)).toEqual(['/apis', '/apis/batch/v1', '/apis/batch/v1beta1'])
  })

  it('is unknown where the cluster has no such resource, or no such group', async () => {
    serve({ batch: { v1: [jobs] } })
    const cluster = server.cluster()
    expect(await findResource(cluster, 'batch', 'cronjobs')).toBeUndefined()
    expect(await findResource(cluster, 'monitoring.coreos.com', 'prometheuses')).toBeUndefined()
  })

  it('of a subresource is that of the objects it takes', async () => {
    const eviction = { name: 'pods/eviction', kind: 'Eviction', group: 'policy', version: 'v1beta1', verbs: ['create'] }
    server.texts.set('/api/v1', JSON.stringify({ resources: [eviction] }))
    expect(await findResource(server.cluster(), '', 'pods/eviction')).toEqual({
      api: '/api/v1',
      apiVersion: 'policy/v1beta1',
      kind: 'Eviction',
      verbs: ['create'],
    })
  })

  it('is asked again after a question that failed', async () => {
    const cluster = server.cluster()
    server.intercept = () => ({ status: 500, body: { kind: 'Status', message: 'not now' } })
    await expect(findResource(cluster, 'batch', 'jobs')).rejects.toThrow('not now')
    serve({ batch: { v1: [jobs] } })
    expect(await findResource(cluster, 'batch', 'jobs')).toMatchObject({ apiVersion: 'batch/v1' })
  })
})
