import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { KubernetesObject, ListOf, Workload } from '../../src/kubernetes/objects.ts'
import { IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'

const cluster = testCluster()
const bound = { timeoutMs: 120_000, intervalMs: 200 }
const NODES = 2

/** Four pods of busybox that answer with their own names, spread over the nodes, and a Service. */
const web = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'web',
              image: IMAGE.busybox,
              command: [
                'sh',
                '-c',
                'hostname >/www/index.html; echo started; trap "exit 3" TERM; httpd -p 8080 -h /www; while :; do sleep 0.2; done',
              ],
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
              volumeMounts: [{ name: 'www', mountPath: '/www' }],
            },
          ],
          volumes: [{ name: 'www', emptyDir: {} }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  },
]

let namespace: TestNamespace
beforeAll(async () => {
  namespace = await cluster.namespace('cluster')
  await namespace.apply(...web)
  await namespace.untilRolledOut('deployment/web')
})
afterAll(() => namespace.remove())

const firstPod = async () => {
  const [pod] = (await namespace.pods('app=web')).filter(({ spec }) => spec.nodeName === 'node1')
  if (pod === undefined) throw new Error('no pod is on node1')
  return pod
}
const readyReplicas = async () => (await namespace.read<Workload>(['deployment/web'])).status.readyReplicas ?? 0
const nodeIsReady = (name: string) =>
  cluster.kubectl(['get', 'node', name, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'])

describe('the test cluster', () => {
  it('runs pods on all its nodes, which answer through their Service', async () => {
    const pods = await namespace.pods('app=web')
    expect(new Set(pods.map(({ spec }) => spec.nodeName)).size).toBe(NODES)
    expect(pods.map(({ metadata }) => metadata.name)).toContain((await namespace.through('web:http', '/')).trim())
  })

  it('runs a program in a container, which finds the Service by its name', async () => {
    const { name } = (await firstPod()).metadata
    const asked = ['exec', name, '--', 'wget', '-qO-', 'http://web/']
    await waitUntil(
      async () => {
        const answer = await namespace.kubectl(asked).catch(String)
        return answer.startsWith('web-') ? done(undefined) : notYet(answer)
      },
      { what: 'the Service to be found by its name', ...bound },
    )
    expect(await namespace.kubectl(['logs', name])).toContain('started')
  })

  it('starts a container again in the same pod when its process ends', async () => {
    const before = await firstPod()
    await namespace.kubectl(['exec', before.metadata.name, '--', 'kill', '-TERM', '1'])
    await waitUntil(
      async () => {
        const pod = (await namespace.pods('app=web')).find(({ metadata }) => metadata.uid === before.metadata.uid)
        const [status] = pod?.status.containerStatuses ?? []
        return status?.restartCount === 1 && status.ready ? done(undefined) : notYet(JSON.stringify(status))
      },
      { what: 'the container to run again', ...bound },
    )
  })

  it('lets a process 1 without a handler live when it is signalled from inside', async () => {
    await namespace.apply(deaf)
    await namespace.kubectl(['wait', '--for=condition=Ready', 'pod/deaf', '--timeout=60s'])
    for (const signal of ['-TERM', '-KILL']) await namespace.kubectl(['exec', 'deaf', '--', 'kill', signal, '1'])
    const [pod] = await namespace.pods('app=deaf')
    expect(pod?.status.containerStatuses).toMatchObject([{ restartCount: 0, ready: true }])
  })

  it('refuses an account what no role allows', async () => {
    const asked = ['--as', `system:serviceaccount:${namespace.name}:default`]
    await expect(namespace.kubectl(['get', 'pods', ...asked])).rejects.toThrow(/pods is forbidden/)
  })

  it('runs a container beside another one, which sees its processes', async () => {
    const { name } = (await firstPod()).metadata
    const path = `/api/v1/namespaces/${namespace.name}/pods/${name}/ephemeralcontainers`
    const given = JSON.parse(await namespace.kubectl(['get', '--raw', path])) as { ephemeralContainers: object[] }
    const beside = {
      name: 'beside',
      image: IMAGE.busybox,
      command: ['sh', '-c', 'ps; sleep 3600'],
      targetContainerName: 'web',
      terminationMessagePolicy: 'File',
      imagePullPolicy: 'IfNotPresent',
    }
    await namespace.kubectl(['replace', '--raw', path, '-f', '-'], { ...given, ephemeralContainers: [beside] })
    await waitUntil(
      async () => {
        const printed = await namespace.kubectl(['logs', name, '-c', 'beside']).catch(String)
        return printed.includes('httpd -p 8080') ? done(undefined) : notYet(printed)
      },
      { what: 'the ephemeral container to see the process beside it', ...bound },
    )
  })

  it('takes an older API only where it is the only one: PodDisruptionBudgets of v1beta1', async () => {
    const served = await cluster.kubectl(['api-versions'])
    expect(served).toContain('policy/v1beta1')
    expect(served.split('\n')).not.toContain('policy/v1')
  })

  it('moves the pods of a node that crashes, and takes the node back when it boots', async () => {
    await cluster.node('crash', NODES)
    try {
      await waitUntil(
        async () => ((await nodeIsReady(`node${NODES}`)) === 'Unknown' ? done(undefined) : notYet('it is ready')),
        { what: 'the crash of the node to be noticed', ...bound },
      )
      await waitUntil(
        async () => {
          const pods = await namespace.pods('app=web')
          const moved = pods.every(({ spec }) => spec.nodeName === 'node1') && (await readyReplicas()) === 4
          return moved ? done(undefined) : notYet(`${await readyReplicas()} are ready`)
        },
        { what: 'four pods to be ready on node1', ...bound },
      )
    } finally {
      await cluster.node('boot', NODES)
      await waitUntil(
        async () => ((await nodeIsReady(`node${NODES}`)) === 'True' ? done(undefined) : notYet('not ready')),
        { what: 'the node to be ready again', ...bound },
      )
    }
  })

  it('goes with everything it has started when its owner is killed with -9', async () => {
    const owner = spawn('sleep', ['600'], { stdio: 'ignore' })
    const folder = await mkdtemp(join(tmpdir(), 'fd-cluster-'))
    const up = fileURLToPath(new URL('./cluster/up.sh', import.meta.url))
    await execa('bash', [up, folder, '--owner', String(owner.pid)], { stdin: 'ignore', timeout: 170_000 })
    const { items } = JSON.parse(
      await execa(join(folder, 'kubectl'), [
        '--kubeconfig',
        join(folder, 'kubeconfig'),
        'get',
        'nodes',
        '-o',
        'json',
      ]).then(({ stdout }) => stdout),
    ) as ListOf<KubernetesObject>
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['node1'])
    owner.kill('SIGKILL')
    await waitUntil(async () => (existsSync(folder) ? notYet('its folder is there') : done(undefined)), {
      what: 'the cluster to be gone',
      ...bound,
    })
    // Its folder is the last that goes, but for the script that removes it.
    await waitUntil(
      async () => {
        const { stdout } = await execa('ps', ['-eo', 'args'])
        const left = stdout.split('\n').filter((line) => line.includes(folder))
        return left.length === 0 ? done(undefined) : notYet(left.join('\n'))
      },
      { what: 'no process of it to be left', ...bound },
    )
  })
})

/** Its process 1 handles no signal. */
const deaf = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'deaf', labels: { app: 'deaf' } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'deaf', image: IMAGE.busybox, command: ['sleep', '3600'] }],
  },
}
