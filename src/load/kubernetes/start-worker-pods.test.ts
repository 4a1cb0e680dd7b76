import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ApiRequest, Cluster } from '../../kubernetes/cluster.ts'
import { TestApiServer } from '../../kubernetes/test-api-server.ts'
import { json, TestTarget } from '../test-target.ts'
import { runWith, TestWorkers } from '../workers/test-workers.ts'
import { WorkerGroup } from '../workers/worker-group.ts'
import { startWorkerPods, type WorkerPods } from './start-worker-pods.ts'

const tests = new TestWorkers()
let api: TestApiServer
beforeEach(async () => {
  api = await TestApiServer.start()
})
afterEach(async () => {
  await tests.close()
  await api.close()
})

const options = { namespace: 'load', image: 'firedrill:1', count: 2, cpu: '1', durationMs: 60_000 }
const JOBS = '/apis/batch/v1/namespaces/load/jobs'
const PODS = '/api/v1/namespaces/load/pods'
const SECRETS = '/api/v1/namespaces/load/secrets'

/** A cluster whose controller makes pods as soon as there is a job, of these states; requests to a pod reach the worker of its number. */
function clusterWith(statuses: readonly object[]): Cluster {
  const cluster = api.cluster()
  const places: string[] = []
  const proxied = async ({ path, body }: ApiRequest): Promise<unknown> => {
    const number = Number(/pods\/http:.*-(\d):9292\/proxy\/$/.exec(path)?.[1])
    const answer = await fetch(`http://${places[number]}/`, { method: 'POST', body: JSON.stringify(body) })
    return answer.json()
  }
  const request = async (wanted: ApiRequest): Promise<unknown> => {
    if (wanted.path.includes('/proxy/')) return proxied(wanted)
    const answer = await cluster.request(wanted)
    if (wanted.path !== JOBS || wanted.method !== 'POST') return answer
    const { metadata } = answer as { metadata: { name: string; uid: string } }
    const token = (api.objects.get(`${SECRETS}/${metadata.name}`) as unknown as { stringData: { token: string } })
      .stringData.token
    for (const [number, status] of statuses.entries()) {
      places.push((await tests.start({ token, allowRemote: true })).place)
      const ownerReferences = [{ kind: 'Job', name: metadata.name, uid: metadata.uid }]
      const labels = { 'job-name': metadata.name }
      api.put(`${PODS}/${metadata.name}-${number}`, { metadata: { labels, ownerReferences }, status })
    }
    // Of somebody else, under the same label.
    api.put(`${PODS}/other`, { metadata: { labels: { 'job-name': metadata.name } }, status: READY })
    return answer
  }
  return { ...cluster, request: <T>(wanted: ApiRequest) => request(wanted) as Promise<T> }
}

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const waiting = (reason: string) => ({
  phase: 'Pending',
  containerStatuses: [
    { name: 'worker', restartCount: 0, ready: false, state: { waiting: { reason, message: 'no such image' } } },
  ],
})
const { signal } = new AbortController()

describe('workers as pods', () => {
  it('carry a load through the API server, with a token of their own, and are removed', async () => {
    const target = await TestTarget.start((_, response) => json(response, {}))
    const pods: WorkerPods = await startWorkerPods(clusterWith([READY, READY]), { ...options, signal })
    expect(pods.carriers.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^firedrill-load-\w+-0$/),
      expect.stringMatching(/^firedrill-load-\w+-1$/),
    ])
    const group = await WorkerGroup.open(pods.carriers, { token: pods.token, journey: 'browse' })
    const { total, workers } = await runWith(group, target.url)
    expect(total.requests).toBeGreaterThan(0)
    expect(workers?.map(({ lost }) => lost)).toEqual([null, null])
    await group.close()
    await target.stop()
    const [secret] = [...api.objects].filter(([path]) => path.startsWith(SECRETS)).map(([, object]) => object)
    expect(secret).toMatchObject({ metadata: { ownerReferences: [{ kind: 'Job' }] } })
    await pods.remove()
    expect([...api.objects.keys()].filter((path) => path.startsWith(JOBS) || path.startsWith(SECRETS))).toEqual([])
  })

  it('are removed at once where their image cannot be fetched', async () => {
    const starting = startWorkerPods(clusterWith([READY, waiting('ErrImagePull')]), { ...options, signal })
    await expect(starting).rejects.toMatchObject({
      code: 'FD_LOAD_WORKER_PODS',
      message: 'only 1 of 2 workers are ready',
      details: { given: expect.stringMatching(/-1: ErrImagePull no such image$/) },
    })
    expect([...api.objects.keys()].filter((path) => path.startsWith(JOBS) || path.startsWith(SECRETS))).toEqual([])
  })

  it('are removed when the load is given up while they start', async () => {
    const ending = new AbortController()
    const starting = startWorkerPods(clusterWith([READY, waiting('ContainerCreating')]), {
      ...options,
      signal: ending.signal,
    })
    setTimeout(() => ending.abort(new Error('stopped by SIGINT')), 50)
    await expect(starting).rejects.toThrow('stopped by SIGINT')
    expect([...api.objects.keys()].filter((path) => path.startsWith(JOBS) || path.startsWith(SECRETS))).toEqual([])
  })
})
