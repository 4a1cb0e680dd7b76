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

/**
 * A cluster whose controller makes pods as soon as there is a job, of these states; requests to a pod reach the worker of its number.
 * Version 1.20 drops what it does not know from a Job; that of today names the pods of an Indexed Job by their index, and marks them with it.
 */
function clusterWith(statuses: readonly object[], version: '1.20' | 'today' = '1.20'): Cluster {
  const cluster = api.cluster()
  const places = new Map<string, string>()
  const proxied = async ({ path, body }: ApiRequest): Promise<unknown> => {
    const place = places.get(/pods\/http:(.*):9292\/proxy\/$/.exec(path)?.[1] ?? '')
    const answer = await fetch(`http://${place}/`, { method: 'POST', body: JSON.stringify(body) })
    return answer.json()
  }
  const request = async (wanted: ApiRequest): Promise<unknown> => {
    if (wanted.path.includes('/proxy/')) return proxied(wanted)
    const answer = await cluster.request(wanted)
    if (wanted.path !== JOBS || wanted.method !== 'POST') return answer
    const { metadata } = answer as { metadata: { name: string; uid: string } }
    const job = api.objects.get(`${JOBS}/${metadata.name}`)
    if (job !== undefined && version === '1.20') {
      const { completionMode: _, ...known } = job.spec
      job.spec = known
    }
    const token = (api.objects.get(`${SECRETS}/${metadata.name}`) as unknown as { stringData: { token: string } })
      .stringData.token
    // The latest first, as a list of pods may be.
    for (const [number, status] of [...statuses.entries()].reverse()) {
      const isIndexed = job?.spec.completionMode === 'Indexed'
      const pod = isIndexed ? `${metadata.name}-${number}-x7k2p` : `${metadata.name}-${number}`
      places.set(pod, (await tests.start({ token, allowRemote: true })).place)
      const ownerReferences = [{ kind: 'Job', name: metadata.name, uid: metadata.uid }]
      api.put(`${PODS}/${pod}`, {
        metadata: { ...marks(metadata, isIndexed ? number : undefined), ownerReferences },
        status,
      })
    }
    // Of somebody else, under the same label.
    api.put(`${PODS}/other`, { metadata: { labels: { 'job-name': metadata.name } }, status: READY })
    return answer
  }
  return { ...cluster, request: <T>(wanted: ApiRequest) => request(wanted) as Promise<T> }
}

/** What the controller of Jobs writes on a pod. */
function marks({ name, uid }: { name: string; uid: string }, index: number | undefined) {
  const labels = { 'controller-uid': uid, 'job-name': name }
  if (index === undefined) return { labels }
  return {
    annotations: { 'batch.kubernetes.io/job-completion-index': String(index) },
    labels: {
      ...labels,
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-completion-index': String(index),
      'batch.kubernetes.io/job-name': name,
    },
  }
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
      expect.stringMatching(/^firedrill-load-\w+-1$/),
      expect.stringMatching(/^firedrill-load-\w+-0$/),
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

  it.each([
    ['1.20, which leaves the mode of the Job out', '1.20', undefined, /^firedrill-load-\w+-\d$/],
    ['today, by index, each once', 'today', 'Indexed', /^firedrill-load-\w+-\d-x7k2p$/],
  ] as const)('are those of an Indexed Job, on Kubernetes of %s', async (_, version, mode, name) => {
    const pods = await startWorkerPods(clusterWith([READY, READY, READY], version), { ...options, count: 3, signal })
    const asked = api.requests.find(({ method, path }) => method === 'POST' && path === JOBS)?.body
    expect(asked).toMatchObject({ spec: { completionMode: 'Indexed', completions: 3, parallelism: 3 } })
    const [job] = [...api.objects].filter(([path]) => path.startsWith(JOBS)).map(([, object]) => object)
    expect(job?.spec.completionMode).toBe(mode)
    const names = pods.carriers.map((carrier) => carrier.name)
    expect(names.every((one) => name.test(one))).toBe(true)
    if (mode === 'Indexed') expect(names.map((one) => one.split('-').at(-2))).toEqual(['0', '1', '2'])
    expect(new Set(names).size).toBe(3)
    await pods.remove()
  })

  it('are not two of one index, where the cluster has started another pod for it', async () => {
    const cluster = clusterWith([READY, READY], 'today')
    const request = async (wanted: ApiRequest): Promise<unknown> => {
      const answer = await cluster.request(wanted)
      if (wanted.path !== JOBS || wanted.method !== 'POST') return answer
      const { metadata } = answer as { metadata: { name: string; uid: string } }
      const ownerReferences = [{ kind: 'Job', name: metadata.name, uid: metadata.uid }]
      const second = { ...marks(metadata, 0), ownerReferences }
      api.put(`${PODS}/${metadata.name}-0-again`, { metadata: second, status: READY })
      return answer
    }
    const both = { ...cluster, request: <T>(wanted: ApiRequest) => request(wanted) as Promise<T> }
    const pods = await startWorkerPods(both, { ...options, signal })
    expect(pods.carriers.map(({ name }) => name.split('-').at(-2))).toEqual(['0', '1'])
    await pods.remove()
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
