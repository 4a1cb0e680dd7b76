import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { LoadResult } from '../../src/load/result/result.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'
import { CONTEXT, IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'

const JOURNEY = `export default {
  summary: 'asks',
  think: '20ms..40ms',
  tasks: [{ weight: 1, task: (user) => user.get('/users/:n', { params: { n: user.index } }) }],
}
`
const SERVER = "require('http').createServer((_, response) => response.end('{}')).listen(8080)"
const WORKERS = 'app.kubernetes.io/component=load-worker'

/** What is loaded, as a pod behind a service. */
const target = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'target' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'target' } },
      template: {
        metadata: { labels: { app: 'target' } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'target',
              image: IMAGE.node,
              command: ['node', '-e', SERVER],
              readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'target' },
    spec: { selector: { app: 'target' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
]

describe('a load from pods', () => {
  const cluster = testCluster()
  let own: string
  let firedrill: FiredrillFolder
  let namespace: TestNamespace
  let image: string
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'fd-load-pods-'))
    await writeFile(join(own, 'ask.mjs'), JOURNEY)
    firedrill = await FiredrillFolder.create()
    firedrill.env = cluster.env
    image = await cluster.addFiredrill()
    namespace = await cluster.namespace('load')
    await namespace.apply(...target)
    await namespace.untilRolledOut('deployment/target')
  })
  afterAll(async () => {
    await namespace?.remove()
    await firedrill?.remove()
    await rm(own, { recursive: true, force: true })
  })

  const load = (...args: string[]) => [
    ...[
      'load',
      `http://target.${namespace.name}.svc`,
      '--journey',
      join(own, 'ask.mjs'),
      '--users',
      '8',
      '--spawn-rate',
      '100',
    ],
    ...['--workers', 'kubernetes:2', '--worker-image', image, '--worker-cpu', '50m'],
    ...['--context', CONTEXT, '--namespace', namespace.name, '--allow-remote', ...args],
  ]

  /** Jobs, pods and secrets of workers. Pods that are being deleted do not count. */
  async function left(): Promise<string[]> {
    const { items } = await namespace.read<{
      items: { kind: string; metadata: { name: string; deletionTimestamp?: string } }[]
    }>(['jobs,secrets,pods', '-l', WORKERS])
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  }

  async function untilNothingIsLeft(): Promise<void> {
    await waitUntil(
      async () => {
        const names = await left()
        return names.length === 0 ? done(undefined) : notYet(names.join())
      },
      { what: 'all of the load to be removed', timeoutMs: 60_000, intervalMs: 500 },
    )
  }

  it('is one load of two workers, and leaves nothing', async () => {
    const { stdout, stderr } = await firedrill.run(load('--duration', '6s', '--json'))
    expect(stderr).toContain(`2 workers start in ${namespace.name}`)
    const result = JSON.parse(String(stdout)) as LoadResult
    const { workers = [], total, endpoints, history } = result
    expect(workers.map(({ lost }) => lost)).toEqual([null, null])
    expect(workers.every(({ requests, name }) => requests > 0 && name.startsWith('firedrill-load-'))).toBe(true)
    expect(workers.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests)
    expect(Math.max(...history.map(({ users }) => users))).toBe(8)
    expect(endpoints.map(({ name }) => name)).toEqual(['GET /users/:n'])
    expect(total.failures).toBe(0)
    await untilNothingIsLeft()
  })

  it('proves nothing when a pod is lost, and says so', async () => {
    const { exitCode, printed } = await firedrill.runUntil(load('--duration', '5m'), '0:05', async () => {
      const [pod] = await namespace.pods(WORKERS)
      await namespace.kubectl([
        'delete',
        'pod',
        pod?.metadata.name ?? '',
        '--grace-period=0',
        '--force',
        '--wait=false',
      ])
    })
    expect(printed).toMatch(/worker firedrill-load-\S+ was lost: /)
    expect(exitCode).toBe(4)
    await untilNothingIsLeft()
  })

  it('ends by itself when firedrill is killed', async () => {
    await firedrill.runUntil(load('--duration', '5m'), '0:05', (kill) => kill('SIGKILL'))
    await waitUntil(
      async () => {
        const pods = await namespace.pods(WORKERS)
        const phases = pods.map(({ status }) => status.phase)
        return phases.every((phase) => phase === 'Succeeded') ? done(undefined) : notYet(phases.join())
      },
      { what: 'the workers to end', timeoutMs: 90_000, intervalMs: 500 },
    )
    // Clusters from 1.23 on remove it by themselves, with its secret.
    await namespace.kubectl(['delete', 'jobs', '-l', WORKERS])
    await untilNothingIsLeft()
  })

  it('is refused with an image that is not there, soon, and leaves nothing', async () => {
    const args = load('--duration', '5s').map((arg) => (arg === image ? 'firedrill.test/nobody-has-it:1' : arg))
    const { exitCode, stderr } = await firedrill.run(args)
    expect(stderr).toContain('FD_LOAD_WORKER_PODS')
    expect(stderr).toMatch(/ErrImagePull|ImagePullBackOff/)
    expect(exitCode).not.toBe(0)
    await untilNothingIsLeft()
  })
})
