import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { ForeignSystem } from '../../src/foreign/file/foreign-system.ts'
import { readSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { guardReach } from '../../src/foreign/guardian/guard-reach.ts'
import { Guardian } from '../../src/foreign/guardian/guardian.ts'
import { Clusters } from '../../src/foreign/kubernetes/clusters.ts'
import { leftIn } from '../../src/foreign/kubernetes/undo/left-behind.ts'
import { makeChange } from '../../src/foreign/kubernetes/undo/make-change.ts'
import { refuseLeftBehind, undoSystem } from '../../src/foreign/kubernetes/undo/undo-system.ts'
import type { KubernetesObject, ListOf, Pod, Workload } from '../../src/kubernetes/objects.ts'
import { CONTEXT, IMAGE, type TestNamespace, testCluster } from './test-cluster.ts'
import { undoAccount } from './undo-account.ts'

/** Each fault of Kubernetes on real pods, with its proof and its undo. */

const SOON = { timeoutMs: 120_000, intervalMs: 200 }
const cluster = testCluster()
const env = { ...process.env, ...cluster.env }

let namespace: TestNamespace
let folder: string
let system: ForeignSystem
let clusters: Clusters
const others: Clusters[] = []
let guardian: Guardian

beforeAll(async () => {
  namespace = await cluster.namespace('faults')
  folder = await mkdtemp(join(tmpdir(), 'fd-kfaults-'))
  await namespace.apply(
    ...undoAccount(namespace.name),
    SERVICE,
    deployment('web', 2, NODE),
    deployment('go', 2, HANDLES),
    deployment('tiny', 1, NODE),
    deployment('bare', 2, BARE),
  )
  await namespace.untilRolledOut('deployment/web', 'deployment/go', 'deployment/tiny', 'deployment/bare')
  await writeFile(join(folder, 'firedrill.yaml'), fileOf(namespace.name))
  system = await readSystem(join(folder, 'firedrill.yaml'))
})
afterAll(async () => {
  await Promise.all(others.map((one) => one.close()))
  await namespace?.remove()
  await rm(folder, { recursive: true, force: true })
})

/** As another program opens them. */
function another(): Clusters {
  const opened = new Clusters(env)
  others.push(opened)
  return opened
}

beforeEach(async () => {
  clusters = new Clusters(env)
  const runtime = new ForeignRuntime(
    system,
    () => {
      throw new Error('no process')
    },
    (place) => clusters.of(place),
  )
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime) })
})
afterEach(async () => {
  await guardian.close()
  await clusters.close()
  await namespace.untilRolledOut('deployment/web')
  expect(await leftIn(another().of({ context: CONTEXT }), namespace.name)).toEqual([])
})

const inject = (
  fault: string,
  { target = 'web', params = {}, forMs = 120_000 }: Partial<Injected> = {},
): Promise<FaultView> => guardian.inject({ fault, service: target, replica: `${target}-1`, params, forMs })
interface Injected {
  target: string
  params: Record<string, unknown>
  forMs: number
}
const workload = (name = 'web') => namespace.read<Workload>([`deployment/${name}`])
const pods = (name = 'web') => namespace.pods(`app=${name}`)
const uids = (all: readonly Pod[]) => all.map(({ metadata }) => metadata.uid).sort()
const restartsOf = (all: readonly Pod[]) =>
  all.reduce((sum, { status }) => sum + (status.containerStatuses?.[0]?.restartCount ?? 0), 0)

/** Waits until the workload has as many ready pods as before, and returns them. */
function untilReady(count: number, name = 'web'): Promise<Pod[]> {
  return waitUntil(
    async () => {
      const all = await pods(name)
      const ready = all.filter(({ status }) =>
        status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
      )
      return all.length === count && ready.length === count
        ? done(all)
        : notYet(`${ready.length} of ${all.length} are ready`)
    },
    { what: `${count} pods of ${name}`, ...SOON },
  )
}

describe('crash', () => {
  it.each([
    ['Node without a handler', 'web', 'by its debugger'],
    ['a shell that handles SIGTERM', 'go', 'SIGTERM to pid 1 (sh)'],
    ['Node in a container without cat and kill', 'bare', 'by its debugger'],
  ])('ends %s as pid 1: the same pods, one restart more', { timeout: 120_000 }, async (_, target, how) => {
    const before = await untilReady(2, target)
    const { landing, id } = await inject('crash', { target })
    expect(landing.proof).toContain(how)
    expect(landing.landed, landing.proof).toBe(true)
    const after = await untilReady(2, target)
    expect(uids(after)).toEqual(uids(before))
    expect(restartsOf(after)).toBe(restartsOf(before) + 1)
    expect(await guardian.lift(id)).toMatchObject({ changed: false })
  })

  it('is refused on a workload with a single replica', async () => {
    await expect(inject('crash', { target: 'tiny' })).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(restartsOf(await pods('tiny'))).toBe(0)
  })
})

describe('lose and drain', () => {
  it.each(['lose', 'drain'])('%s: another pod in place of this one', { timeout: 120_000 }, async (fault) => {
    const before = await untilReady(2)
    const { landing } = await inject(fault)
    expect(landing.proof).toContain('no longer an endpoint of web')
    expect(landing.landed).toBe(true)
    const after = uids(await untilReady(2))
    expect(after.filter((uid) => uids(before).includes(uid))).toHaveLength(1)
  })

  it('are refused where a PodDisruptionBudget forbids them', { timeout: 120_000 }, async () => {
    const before = uids(await untilReady(2))
    const budget = { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', metadata: { name: 'web' } }
    await namespace.apply({ ...budget, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } })
    try {
      await waitUntil(
        async () =>
          (await namespace.kubectl(['get', 'pdb', 'web', '-o', 'jsonpath={.status.currentHealthy}'])) === '2'
            ? done(undefined)
            : notYet('not counted yet'),
        { what: 'the budget to count', ...SOON },
      )
      for (const fault of ['lose', 'drain', 'crash'])
        await expect(inject(fault)).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
      expect(uids(await pods())).toEqual(before)
    } finally {
      await namespace.kubectl(['delete', 'pdb', 'web'])
    }
  })
})

describe('changes of a workload', () => {
  it.each([
    ['bad-image', {}, 'ErrImagePull'],
    ['bad-config', {}, 'CreateContainerConfigError'],
  ])(
    '%s: new pods never run, the old ones stay, and the template comes back exactly',
    { timeout: 180_000 },
    async (fault, params, proof) => {
      const [before, old] = [await workload(), uids(await untilReady(2))]
      const { landing, id } = await inject(fault, { params })
      expect(landing.landed, landing.proof).toBe(true)
      if (fault === 'bad-config') expect(landing.proof).toContain(proof)
      expect(JSON.stringify(await workload())).toContain(`${fault} of Firedrill`)
      const lift = await guardian.lift(id)
      expect(lift).toMatchObject({ changed: true, detail: expect.stringContaining('exactly the template of before') })
      expect((await workload()).spec).toEqual(before.spec)
      expect(uids(await untilReady(2))).toEqual(old)
    },
  )

  it.each(['bad-image', 'bad-config'])(
    '%s is undone in its container where somebody has put another one before it',
    { timeout: 180_000 },
    async (fault) => {
      const before = await workload()
      const { id } = await inject(fault)
      const mesh = { name: 'mesh', image: IMAGE.node, command: ['sleep', '600'] }
      // kubectl puts a new container before the others.
      await namespace.kubectl([
        ...['patch', 'deployment', 'web', '--patch'],
        JSON.stringify({ spec: { template: { spec: { containers: [mesh] } } } }),
      ])
      const names = async () => (await workload()).spec.template.spec.containers.map(({ name }) => name)
      expect(await names()).toEqual(['mesh', 'web'])
      expect(await guardian.lift(id)).toMatchObject({ changed: true })
      expect((await workload()).spec.template.spec.containers.at(-1)).toEqual(before.spec.template.spec.containers[0])
      await namespace.kubectl([
        ...['patch', 'deployment', 'web', '--type', 'json', '--patch'],
        '[{"op":"remove","path":"/spec/template/spec/containers/0"}]',
      ])
      expect(await names()).toEqual(['web'])
      await untilReady(2)
    },
  )

  it('scale: another number that somebody else sets meanwhile is named, and stays', { timeout: 180_000 }, async () => {
    await untilReady(2)
    const { id } = await inject('scale', { params: { to: 1 } })
    await namespace.kubectl(['scale', 'deployment/web', '--replicas=3'])
    expect(await guardian.lift(id)).toMatchObject({
      changed: false,
      detail: `deployment/web in ${namespace.name} has 3 replicas now, which somebody else has set: that stays`,
    })
    expect((await workload()).spec.replicas).toBe(3)
    const others = (await guardian.events(0)).filter(({ kind }) => kind === 'rescaled')
    expect(others.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(`^deployment/web in ${namespace.name}: 3 replicas instead of 1`),
    ])
    await namespace.kubectl(['scale', 'deployment/web', '--replicas=2'])
    await untilReady(2)
  })

  it('scale: fewer pods, and as many as before again', { timeout: 180_000 }, async () => {
    await untilReady(2)
    const { landing, id } = await inject('scale', { params: { to: 1 } })
    expect(landing).toMatchObject({ landed: true, proof: '1 replica instead of 2; 1 pod stays' })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    await untilReady(2)
  })

  it('a change that nobody renews is undone by the Job, which leaves nothing', { timeout: 180_000 }, async () => {
    const before = await workload()
    await makeChange(
      { cluster: clusters.of({ context: CONTEXT }), workload: place(), programs: PROGRAMS },
      scaleTo(0),
      { id: 'orphan', forMs: 600_000, signal: new AbortController().signal },
    )
    expect((await workload()).spec.replicas).toBe(0)
    await waitUntil(
      async () => {
        const { spec, metadata } = await workload()
        const jobs = await namespace.read<ListOf<KubernetesObject>>(['jobs,leases'])
        const hints = Object.keys(metadata.annotations ?? {}).filter((name) => name.startsWith('firedrill.dev/'))
        const left = [...jobs.items.map((job) => job.metadata.name), ...hints]
        return spec.replicas === before.spec.replicas && left.length === 0
          ? done(undefined)
          : notYet(`${spec.replicas} replicas, left: ${left.join(', ')}`)
      },
      { what: 'the Job to undo it', ...SOON },
    )
    await untilReady(2)
  })

  it('a change that is in force keeps a run from beginning, until system undo has put it back', {
    timeout: 180_000,
  }, async () => {
    const held = await makeChange(
      { cluster: clusters.of({ context: CONTEXT }), workload: place(), programs: PROGRAMS },
      scaleTo(1),
      { id: 'left', forMs: 600_000, signal: new AbortController().signal },
    )
    const renewal = setInterval(() => void held.renew().catch(() => undefined), 500)
    try {
      await expect(refuseLeftBehind(system, another())).rejects.toMatchObject({
        code: 'FD_FOREIGN_LEFT_BEHIND',
      })
      expect(await undoSystem(system, another())).toMatchObject([{ changed: true }])
      await expect(refuseLeftBehind(system, another())).resolves.toBeUndefined()
      await waitUntil(async () => ((await held.renew()) ? notYet('it is renewed') : done(undefined)), {
        what: 'the holder to learn of it',
        ...SOON,
      })
    } finally {
      clearInterval(renewal)
    }
    await untilReady(2)
  })
})

describe('programs in a pod', () => {
  it.each([
    ['cpu', { workers: 1, duty: '50%' }, 'CPU seconds'],
    ['memory', { size: '16MiB' }, 'are resident'],
  ])('%s runs in an ephemeral container, and ends', { timeout: 180_000 }, async (fault, params, proof) => {
    await untilReady(2)
    const { landing, id } = await inject(fault, { params })
    expect(landing.proof).toContain(proof)
    expect(landing.landed).toBe(true)
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
  })
})

it('faults of processes are refused on a workload, with those that do the same there', async () => {
  await expect(inject('kill')).rejects.toMatchObject({
    code: 'FD_FAULT_UNSUPPORTED',
    details: { expected: expect.stringContaining('crash') },
  })
})

const NODE = ['node', '-e', "require('node:http').createServer((_, answer) => answer.end('fine')).listen(8080)"]
/** As in an image without a distribution: an ephemeral container is needed there. */
const BARE = ['sh', '-c', `rm -f /bin/cat /bin/kill; exec node -e "${NODE[2]}"`]
/** A program that ends by a signal which it handles. */
const HANDLES = ['sh', '-c', 'trap "exit 3" TERM; while :; do sleep 1 & wait $!; done']
const PROGRAMS = { image: IMAGE.node, serviceAccount: 'firedrill' }
const place = () => ({ namespace: namespace.name, kind: 'deployment' as const, name: 'web' })

function scaleTo(to: number) {
  const path = '/spec/replicas'
  return {
    fault: 'scale',
    patches: ({ replicas }: { replicas: number }) => ({
      act: [{ op: 'replace' as const, path, value: to }],
      undo: [
        { op: 'test' as const, path, value: to },
        { op: 'replace' as const, path, value: replicas },
      ],
      what: `${to} replicas instead of ${replicas}`,
    }),
  }
}

function fileOf(name: string): string {
  return `name: faults
environment: lab
prometheus: http://127.0.0.1:9
alertmanager: http://127.0.0.1:9
kubernetes: { context: ${CONTEXT}, namespace: ${name}, image: "${IMAGE.node}", serviceAccount: firedrill }
services:
  web: { kubernetes: { workload: deployment/web }, labels: { job: web } }
  go: { kubernetes: { workload: deployment/go }, labels: { job: go } }
  bare: { kubernetes: { workload: deployment/bare }, labels: { job: bare } }
  tiny: { kubernetes: { workload: deployment/tiny }, labels: { job: tiny } }
`
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
}

function deployment(name: string, replicas: number, command: readonly string[]): object {
  const labels = { app: name }
  const container = {
    name,
    image: IMAGE.node,
    command,
    resources: { limits: { memory: '128Mi' }, requests: { memory: '64Mi', cpu: '20m' } },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [container] } },
    },
  }
}
