import { describe, expect, it } from 'vitest'
import type { Pod, Workload } from '../../../kubernetes/objects.ts'
import { partStates } from './part-states.ts'
import type { Claim, Job, StackObjects, Warning } from './stack-objects.ts'

const NAME = 'app.kubernetes.io/name'

function metadata(name: string, labels: Record<string, string> = {}) {
  return { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels }
}

function deployment(name: string, ready: number, wanted = 2): Workload {
  return {
    metadata: { ...metadata(name), generation: 1 },
    spec: { replicas: wanted, selector: {}, template: { spec: { containers: [] } } },
    status: {
      observedGeneration: 1,
      replicas: wanted,
      updatedReplicas: wanted,
      readyReplicas: ready,
      availableReplicas: ready,
    },
  }
}

type Containers = Pod['status']['containerStatuses']

function pod(name: string, part: string, { ready = false, containers = [], ...status }: PodGiven = {}): Pod {
  return {
    metadata: metadata(name, { [NAME]: part }),
    spec: { containers: [{ name: part, image: `example/${part}:1` }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: containers,
      ...status,
    },
  }
}

interface PodGiven extends Partial<Pod['status']> {
  ready?: boolean
  containers?: Containers
}

const waiting = (reason: string, message = ''): NonNullable<Containers> => [
  { name: 'store', restartCount: 3, ready: false, state: { waiting: { reason, message } } },
]

const nothing: StackObjects = { workloads: [], jobs: [], pods: [], claims: [], warnings: [] }

function storeWith(pods: Pod[], more: Partial<StackObjects> = {}, ready = 0) {
  const workload = deployment('store', ready)
  const [part] = partStates({ ...nothing, workloads: [{ kind: 'deployment', workload }], pods, ...more })
  return part
}

function warning(kind: string, name: string, reason: string, message: string): Warning {
  return { metadata: metadata(`${name}.1`), involvedObject: { kind, name }, reason, message }
}

describe('the parts of a stack in a cluster', () => {
  it('are ready when all of their pods are, and say nothing then', () => {
    const pods = [pod('store-1', 'store', { ready: true }), pod('store-2', 'store', { ready: true })]
    expect(storeWith(pods, { warnings: [warning('ReplicaSet', 'store-7d', 'FailedCreate', 'old')] }, 2)).toEqual({
      name: 'store',
      kind: 'deployment',
      wanted: 2,
      ready: 2,
      restarts: 0,
      isReady: true,
      why: [],
    })
  })

  it('are not ready while their rollout is not over', () => {
    const workload = { ...deployment('store', 2), metadata: { ...metadata('store'), generation: 2 } }
    const [part] = partStates({ ...nothing, workloads: [{ kind: 'deployment', workload }] })
    expect(part).toMatchObject({ isReady: false, why: ['its change has not been seen yet'] })
  })

  it.each([
    [
      'an image that cannot be fetched',
      pod('store-1', 'store', { containers: waiting('ImagePullBackOff', 'Back-off pulling image') }),
      'store-1: its image example/store:1 cannot be fetched (ImagePullBackOff: Back-off pulling image)',
    ],
    [
      'a Secret that is not there',
      pod('store-1', 'store', {
        containers: waiting('CreateContainerConfigError', 'secret "firedrill-settings" not found'),
      }),
      'store-1: CreateContainerConfigError: secret "firedrill-settings" not found',
    ],
    [
      'a program that ends',
      pod('store-1', 'store', {
        containers: [
          {
            name: 'store',
            restartCount: 4,
            ready: false,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
      }),
      'store-1: its program ends again and again (exit code 137, OOMKilled)',
    ],
    [
      'nodes without room',
      pod('store-1', 'store', {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', message: '0/2 nodes are available: 2 Insufficient cpu.' },
        ],
      }),
      'store-1: no node takes it: 0/2 nodes are available: 2 Insufficient cpu.',
    ],
    [
      'a program that does not answer',
      pod('store-1', 'store', {
        containers: [{ name: 'store', restartCount: 0, ready: false, state: { running: { startedAt: '' } } }],
      }),
      'store-1: it runs, and is not ready',
    ],
  ])('name %s', (_, found, why) => {
    expect(storeWith([found, pod('store-2', 'store', { ready: true })], {}, 1)?.why).toEqual([why])
  })

  it('name what refuses their pods: a quota, or the level of Pod Security', () => {
    const message = 'pods "store-7d-" is forbidden: exceeded quota: small'
    const warnings = [
      warning('ReplicaSet', 'store-exporter-9c', 'FailedCreate', 'another'),
      warning('ReplicaSet', 'store-7d', 'FailedCreate', message),
    ]
    expect(storeWith([], { warnings })?.why).toEqual([`a pod is refused: ${message}`])
    // Since then they were made.
    const pods = [pod('store-1', 'store'), pod('store-2', 'store')]
    expect(storeWith(pods, { warnings })?.why.join()).not.toContain('refused')
  })

  it('name a volume that no StorageClass provides', () => {
    const pending = pod('postgres-0', 'postgres', {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: 'unbound immediate PersistentVolumeClaims' }],
    })
    const claim = (spec: Claim['spec']): Claim => ({
      metadata: metadata('postgres-data-postgres-0'),
      spec,
      status: { phase: 'Pending' },
    })
    const workloads = [{ kind: 'statefulset' as const, workload: deployment('postgres', 0, 1) }]
    const whyWith = (spec: Claim['spec'], warnings: Warning[] = []) =>
      partStates({ ...nothing, workloads, pods: [pending], claims: [claim(spec)], warnings })[0]?.why
    expect(whyWith({})).toEqual([
      'postgres-0: its volume postgres-data-postgres-0 has no StorageClass: the cluster has no default one',
    ])
    const said = warning('PersistentVolumeClaim', 'postgres-data-postgres-0', 'ProvisioningFailed', 'no space')
    expect(whyWith({ storageClassName: 'fast' }, [said])).toEqual([
      'postgres-0: its volume postgres-data-postgres-0 of StorageClass fast is not there: no space',
    ])
  })

  it('include the job that makes the secrets, until it is removed', () => {
    const job = (succeeded: number): Job => ({
      metadata: metadata('setup'),
      spec: { template: { spec: { containers: [] } } },
      status: { succeeded },
    })
    const state = (succeeded: number) => partStates({ ...nothing, jobs: [job(succeeded)] })[0]
    expect(state(0)).toMatchObject({ name: 'setup', kind: 'job', isReady: false })
    expect(state(1)).toMatchObject({ isReady: true })
  })
})
