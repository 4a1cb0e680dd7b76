import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pod, Workload } from '../../../kubernetes/objects.ts'
import { TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { describeAs, type ServedVersion, servedApis } from '../../../kubernetes/test-served.ts'
import type { WorkloadPlace } from '../../../kubernetes/workload-place.ts'
import type { Allowance } from '../../file/kubernetes/pod-programs.ts'
import { checkLoss, checkNamespace, checkRollout, forbids, takenByRollout } from './check-loss.ts'
import { podView } from './pod-view.ts'

const place: WorkloadPlace = { namespace: 'shop', kind: 'deployment', name: 'web' }
const PATH = '/apis/apps/v1/namespaces/shop/deployments/web'

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
  putWorkload(2)
  for (const name of ['a', 'b']) putPod(name, true)
})
afterEach(() => server.close())

const ownedBy = (uid: string) => [{ kind: '', name: '', uid, controller: true }]

function putWorkload(replicas: number): void {
  server.put(PATH, { metadata: { uid: 'web' }, spec: { replicas, selector: { matchLabels: labels } }, status: {} })
  server.put('/apis/apps/v1/namespaces/shop/replicasets/web-1', {
    metadata: { uid: 'set', labels, ownerReferences: ownedBy('web') },
  })
}

function putPod(name: string, isReady: boolean, owner = 'set'): void {
  server.put(`/api/v1/namespaces/shop/pods/web-${name}`, {
    metadata: { uid: `uid-${name}`, labels, ownerReferences: ownedBy(owner) },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  })
}

/** The cluster of that version has a budget with that selector, which is used up. */
function serveBudget(version: ServedVersion, selector: object = { matchLabels: { app: 'web' } }): void {
  describeAs(server, version)
  server.put(`/apis/${servedApis[version].budgets}/namespaces/shop/poddisruptionbudgets/web`, {
    spec: { selector },
    status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 },
  })
}

const labels = { app: 'web' }
const pod = podView({
  metadata: { name: 'web-a', uid: 'uid-a', resourceVersion: '1', creationTimestamp: '', labels },
  spec: { containers: [{ name: 'web', image: 'shop:4', resources: { limits: { memory: '64Mi' } } }] },
  status: { phase: 'Running' },
} satisfies Pod)
const check = (allow: readonly Allowance[] = [], given: Record<string, string> = labels) =>
  checkLoss({ cluster: server.cluster(), place, allow }, pod, given)

describe('the loss of a pod', () => {
  it('is refused where the workload has a single replica, unless that is allowed', async () => {
    putWorkload(1)
    server.intercept = (_, path) => (path === '/apis' ? { status: 200, body: { groups: [] } } : undefined)
    await expect(check()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { message: 'deployment/web in shop has a single replica' },
    })
    await expect(check(['single-replica'])).resolves.toBeUndefined()
  })

  it('is refused where no other pod is ready at the moment', async () => {
    server.intercept = (_, path) => (path === '/apis' ? { status: 200, body: { groups: [] } } : undefined)
    await expect(check()).resolves.toBeUndefined()
    putPod('b', false)
    await expect(check()).rejects.toMatchObject({
      details: { message: 'no pod of deployment/web in shop but web-a is ready at the moment' },
    })
    await expect(check(['single-replica'])).resolves.toBeUndefined()
  })

  it('is not refused on a DaemonSet with a pod on each of several nodes', async () => {
    server.intercept = (_, path) => (path === '/apis' ? { status: 200, body: { groups: [] } } : undefined)
    server.put('/apis/apps/v1/namespaces/shop/daemonsets/web', {
      metadata: { uid: 'daemons' },
      spec: { selector: { matchLabels: labels } },
      status: { desiredNumberScheduled: 2 },
    })
    for (const name of ['a', 'b']) putPod(name, true, 'daemons')
    const daemons: WorkloadPlace = { ...place, kind: 'daemonset' }
    const context = { cluster: server.cluster(), place: daemons, allow: [] }
    await expect(checkLoss(context, pod, labels)).resolves.toBeUndefined()
  })

  it.each(['1.20', '1.33'] as const)(
    'is refused where a PodDisruptionBudget of Kubernetes %s forbids it',
    async (version) => {
      serveBudget(version)
      await expect(check()).rejects.toMatchObject({
        details: {
          message: 'PodDisruptionBudget web allows no loss of pod web-a at the moment (2 healthy, 2 wanted)',
          next: expect.stringContaining('kubernetes: { workload: …, allow: [disruption-budget] }'),
        },
      })
      await expect(check(['disruption-budget'])).resolves.toBeUndefined()
      await expect(check([], { app: 'other' })).resolves.toBeUndefined()
    },
  )

  it('is refused by a budget with an empty selector only where that selects every pod: not before policy/v1', async () => {
    serveBudget('1.20', {})
    await expect(check()).resolves.toBeUndefined()
    serveBudget('1.33', {})
    await expect(check()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
  })

  it('is refused in the namespaces of Kubernetes itself', () => {
    const system = { place: { ...place, namespace: 'kube-system' }, allow: [] }
    expect(() => checkNamespace(system)).toThrow('kube-system is a namespace of Kubernetes itself')
    expect(() => checkNamespace({ ...system, allow: ['system-namespaces'] })).not.toThrow()
    expect(() => checkNamespace({ place, allow: [] })).not.toThrow()
  })

  it('is allowed by a budget that is not used up, and by one without a selector', () => {
    const metadata = { name: 'web', uid: 'b', resourceVersion: '1', creationTimestamp: '' }
    const selector = { matchLabels: labels }
    expect(forbids({ metadata, spec: { selector }, status: { disruptionsAllowed: 1 } }, labels)).toBe(false)
    expect(forbids({ metadata, spec: {}, status: { disruptionsAllowed: 0 } }, labels)).toBe(false)
  })
})

it('a pod has a limit of memory only when each of its containers has one', () => {
  expect(pod.memoryLimitBytes).toBe(64 * 2 ** 20)
})

describe('a rollout that never gets ready', () => {
  it.each<[string, Pick<Workload['spec'], 'strategy' | 'updateStrategy'>, number, number]>([
    ['Recreate', { strategy: { type: 'Recreate' } }, 3, 3],
    ['a share, rounded down', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } } }, 3, 0],
    ['all', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } } }, 3, 3],
    ['a number', { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } }, 3, 2],
    ['one of a DaemonSet', { updateStrategy: { type: 'RollingUpdate' } }, 3, 1],
    ['a share of a DaemonSet, rounded up', { updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } }, 3, 1],
  ])('takes as many pods as the strategy lets it: %s', (_, strategy, desired, taken) => {
    expect(takenByRollout({ spec: strategy } as Workload, desired)).toBe(taken)
  })

  it('is refused where it takes all of them, unless that is allowed', async () => {
    const spec: Record<string, unknown> = server.objects.get(PATH)?.spec ?? {}
    const context = { cluster: server.cluster(), place, allow: [] }
    spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } }
    await expect(checkRollout(context)).resolves.toBeUndefined()
    spec.strategy = { type: 'Recreate' }
    await expect(checkRollout(context)).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    await expect(checkRollout({ ...context, allow: ['single-replica'] })).resolves.toBeUndefined()
  })
})
