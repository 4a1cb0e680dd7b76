import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { NoControl } from '../../src/foreign/control/no-control.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { Clusters } from '../../src/foreign/kubernetes/clusters.ts'
import { inspectWorkload } from '../../src/foreign/kubernetes/inspect-workload.ts'
import type { KubernetesObject, ListOf, Workload } from '../../src/kubernetes/objects.ts'
import { CONTEXT, IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'
import { undoAccount } from './undo-account.ts'

const lab = testCluster()
const env = { ...process.env, ...lab.env }

/** Answers for as long as it is not signalled, and is ready at once. */
const container = {
  name: 'web',
  image: IMAGE.busybox,
  command: ['sh', '-c', 'echo "begun $HOSTNAME"; trap "exit 3" TERM; while :; do sleep 0.1; done'],
}
const template = {
  metadata: { labels: { app: 'web' } },
  spec: { terminationGracePeriodSeconds: 2, containers: [container] },
}
const selector = { matchLabels: { app: 'web' } }
const web = [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector, template } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 2,
      serviceName: 'db',
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: 'db' } },
      template: { ...template, metadata: { labels: { app: 'db' } } },
    },
  },
  // Has the labels of the pods, and belongs to nobody.
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-stray', labels: { app: 'web' } },
    spec: { containers: [container] },
  },
]

let namespace: TestNamespace
let clusters: Clusters
let runtime: ForeignRuntime
beforeAll(async () => {
  namespace = await lab.namespace('workload')
  await namespace.apply(...web, ...undoAccount(namespace.name))
  await namespace.untilRolledOut('deployment/web', 'statefulset/db')
  clusters = new Clusters(env)
  runtime = new ForeignRuntime(
    system(),
    (service) => new NoControl(service.name),
    (place) => clusters.of(place),
  )
  await runtime.up()
})
afterAll(async () => {
  await runtime?.down()
  await clusters?.close()
  await namespace.remove()
})

function system() {
  return parseSystem(
    `
name: test
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
kubernetes: { context: ${CONTEXT}, namespace: ${namespace.name}, image: "${IMAGE.node}", serviceAccount: firedrill }
services:
  web: { kubernetes: { workload: deployment/web } }
  db: { kubernetes: { workload: statefulset/db } }
`,
    'firedrill.yaml',
  )
}

const replicas = (service = 'web') => runtime.services().find(({ name }) => name === service)?.replicas ?? []
const states = (service = 'web') => replicas(service).map(({ id, state }) => `${id} ${state}`)
const metadataOf = (replica: string) => runtime.workload(replica.replace(/-\d+$/, ''))?.podOf(replica)?.metadata
const podOf = (replica: string) => metadataOf(replica)?.name
const podsOf = (service: string) => replicas(service).map(({ id }) => podOf(id))
const lastEvent = () => runtime.events().at(-1)?.sequence ?? 0
const eventsOf = (replica: string, after: number) =>
  runtime
    .events(after)
    .filter((event) => event.replica === replica)
    .map(({ kind, actor, detail = '' }) => `${kind} by ${actor}: ${detail}`)

async function until(what: string, is: () => boolean): Promise<void> {
  await waitUntil(async () => (is() ? done(undefined) : notYet(`${states().join(', ')}, ${states('db').join(', ')}`)), {
    what,
    timeoutMs: 90_000,
    intervalMs: 50,
  })
}

const healthy = (service: string, count: number) => () =>
  states(service).length === count && states(service).every((state) => state.endsWith(' healthy'))

const replicasOf = async (workload: string) => (await namespace.read<Workload>([workload])).spec.replicas

describe('a service that is a workload of a real cluster', () => {
  it('has its own pods as replicas, and no stray one', async () => {
    await until('all to be healthy', () => healthy('web', 2)() && healthy('db', 2)())
    expect([podOf('web-1'), podOf('web-2')]).not.toContain('web-stray')
    expect([podOf('db-1'), podOf('db-2')].sort()).toEqual(['db-0', 'db-1'])
    expect(replicas()[0]?.address.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(await runtime.logs({ service: 'web', replica: 'web-1' }, { lines: 5 })).toEqual([`begun ${podOf('web-1')}`])
  })

  it('has another pod in the place of one that is lost', async () => {
    await until('all to be healthy', healthy('web', 2))
    const lost = podOf('web-1')
    const before = lastEvent()
    await namespace.kubectl(['delete', 'pod', lost ?? '', '--grace-period=0', '--force', '--wait=false'])
    await until('another pod', () => podOf('web-1') !== lost && healthy('web', 2)())
    expect(eventsOf('web-1', before)).toEqual([
      `exited by itself: pod ${lost}`,
      `starting by restart-policy: pod ${podOf('web-1')}`,
      `healthy by itself: pod ${podOf('web-1')}`,
    ])
  })

  it('has the pod of the same name in the same slot again, of a StatefulSet', async () => {
    await until('all to be healthy', healthy('db', 2))
    const all = ['db-1', 'db-2']
    const [names, uids] = [all.map(podOf), all.map((replica) => metadataOf(replica)?.uid)]
    await namespace.kubectl(['delete', 'pod', 'db-0', 'db-1', '--grace-period=0', '--force', '--wait=false'])
    // That they are away may be over before it is seen.
    await until('other ones', () => all.every((replica) => !uids.includes(metadataOf(replica)?.uid)))
    await until('both again', healthy('db', 2))
    expect(all.map(podOf)).toEqual(names)
  })

  it('has the same pod after its container has ended', async () => {
    await until('all to be healthy', healthy('web', 2))
    const pod = podOf('web-2')
    const before = lastEvent()
    await namespace.kubectl(['exec', pod ?? '', '--', 'kill', '-TERM', '1'])
    await until('the container to be there again', () => eventsOf('web-2', before).length >= 3)
    expect(eventsOf('web-2', before)).toEqual([
      `exited by itself: pod ${pod}`,
      `starting by restart-policy: pod ${pod}, restart 1 of its container`,
      `healthy by itself: pod ${pod}, restart 1 of its container`,
    ])
  })

  it('is scaled and scaled back, and left alone where somebody else has scaled it', async () => {
    await runtime.scale('web', 3, 'fault')
    expect(healthy('web', 3)()).toBe(true)
    await runtime.scale('web', 0, 'fault')
    expect(states()).toEqual([])
    await runtime.scale('web', 2, 'fault')
    await until('all to be healthy', healthy('web', 2))
    expect(await replicasOf('deployment/web')).toBe(2)
    await runtime.scale('web', 1, 'fault')
    await namespace.kubectl(['scale', 'deployment/web', '--replicas=3'])
    await expect(runtime.scale('web', 2, 'fault')).rejects.toMatchObject({ code: 'FD_RUNTIME_CONFLICT' })
    expect(await replicasOf('deployment/web')).toBe(3)
    // From then on it is not held here.
    expect(await namespace.read<ListOf<KubernetesObject>>(['leases', '-l', 'firedrill.dev/undo'])).toMatchObject({
      items: [],
    })
    await namespace.kubectl(['scale', 'deployment/web', '--replicas=2'])
    await until('all to be healthy', healthy('web', 2))
  })

  it('is restarted as a rollout', async () => {
    await until('all to be healthy', healthy('web', 2))
    const before = podsOf('web')
    await runtime.restart({ service: 'web' }, 'operator')
    const after = podsOf('web')
    expect(healthy('web', 2)()).toBe(true)
    expect(after.filter((pod) => before.includes(pod))).toEqual([])
    await namespace.untilRolledOut('deployment/web')
    const revisions = await namespace.kubectl(['rollout', 'history', 'deployment/web'])
    expect(revisions.trim().split('\n').length).toBeGreaterThan(3)
    await runtime.restart({ service: 'db' }, 'operator')
    expect(healthy('db', 2)()).toBe(true)
  })

  it('reports a rollout that does not get ready within its deadline', async () => {
    const patch = {
      spec: {
        progressDeadlineSeconds: 3,
        template: { spec: { containers: [{ name: 'web', image: 'firedrill.test/none:1' }] } },
      },
    }
    await namespace.kubectl(['patch', 'deployment/web', '--patch', JSON.stringify(patch)])
    await expect(runtime.restart({ service: 'web' }, 'operator')).rejects.toMatchObject({
      code: 'FD_RUNTIME_START_FAILED',
      details: { given: expect.stringContaining('timed out progressing') },
    })
    const found: string[] = []
    const [{ run } = { run: undefined }] = system().services
    if (run?.kind !== 'kubernetes') throw new Error('a workload')
    await inspectWorkload(run, { clusters, report: (status, detail) => found.push(`${status} ${detail}`) })
    expect(found.join('\n')).toContain('timed out progressing')
    // Not `rollout undo`: the restart may have made a revision of its own, after the one without an image.
    const before = {
      spec: {
        progressDeadlineSeconds: 600,
        template: { spec: { containers: [{ name: 'web', image: IMAGE.busybox }] } },
      },
    }
    await namespace.kubectl(['patch', 'deployment/web', '--patch', JSON.stringify(before)])
    await waitUntil(
      async () => {
        const { spec, status } = await namespace.read<Workload>(['deployment/web'])
        const { replicas: all, readyReplicas, updatedReplicas } = status
        const isDone = [all, readyReplicas, updatedReplicas].every((count) => count === spec.replicas)
        return isDone ? done(undefined) : notYet(JSON.stringify(status))
      },
      { what: 'the template of before to be rolled out', timeoutMs: 90_000, intervalMs: 200 },
    )
    await until('all to be healthy', healthy('web', 2))
  })

  it('has one pod replaced, unless a PodDisruptionBudget forbids it', async () => {
    await until('all to be healthy', healthy('web', 2))
    // Those that were scaled away have left their numbers.
    const replica = replicas().at(-1)?.id ?? ''
    const before = podOf(replica)
    await runtime.restart({ service: 'web', replica }, 'operator')
    expect(podOf(replica)).not.toBe(before)
    await namespace.apply({
      apiVersion: 'policy/v1beta1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      // With the stray one there are as many.
      spec: { minAvailable: 3, selector },
    })
    await waitUntil(
      async () => {
        const { status } = await namespace.read<{ status: { observedGeneration?: number } }>(['pdb/web'])
        return status.observedGeneration === 1 ? done(undefined) : notYet('not seen by its controller')
      },
      { what: 'the budget', timeoutMs: 60_000, intervalMs: 100 },
    )
    const kept = podOf(replica)
    await expect(runtime.restart({ service: 'web', replica }, 'operator')).rejects.toMatchObject({
      code: 'FD_RUNTIME_CONFLICT',
      message: `a PodDisruptionBudget forbids to end pod ${kept} now`,
    })
    await runtime.workload('web')?.watch.fresh()
    expect(podOf(replica)).toBe(kept)
  })

  it('is scaled back at the end when the run has not done that', async () => {
    await runtime.scale('db', 1, 'fault')
    await runtime.down()
    expect(await replicasOf('statefulset/db')).toBe(2)
  })
})
