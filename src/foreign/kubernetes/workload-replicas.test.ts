import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { refused } from '../../kubernetes/test-api-server.ts'
import { NoControl } from '../control/no-control.ts'
import { parseSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { TestWorkload } from './test-workload.ts'
import { leftIn, undoLeft } from './undo/left-behind.ts'

const SYSTEM = `
name: test
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
kubernetes: { context: lab, namespace: shop }
services:
  web: { kubernetes: { workload: deployment/web, service: web, port: http } }
`

let workload: TestWorkload
let cluster: Cluster
let runtime: ForeignRuntime
beforeEach(async () => {
  workload = await TestWorkload.start(2)
  cluster = workload.server.cluster()
  runtime = new ForeignRuntime(
    parseSystem(SYSTEM, 'firedrill.yaml'),
    () => new NoControl('none'),
    () => cluster,
  )
  await runtime.up()
})
afterEach(async () => {
  await runtime.down()
  await cluster.close()
  await workload.server.close()
})

const replicas = () => runtime.services()[0]?.replicas ?? []
const states = () => replicas().map(({ id, state }) => `${id} ${state}`)
const podOf = (replica: string) => runtime.workload('web')?.podOf(replica)?.metadata.name
const events = (after = 0) =>
  runtime.events(after).map(({ replica, kind, actor, detail = '' }) => [replica, kind, actor, detail].join(' ').trim())
const lastEvent = () => runtime.events().at(-1)?.sequence ?? 0

function until(what: string, is: () => boolean): Promise<void> {
  return waitUntil(async () => (is() ? done(undefined) : notYet(`${states().join(', ')}; ${events().join('; ')}`)), {
    what,
    timeoutMs: 15_000,
    intervalMs: 20,
  })
}

/** The same system, which has an autoscaler as a part. */
async function autoscaled(): Promise<ForeignRuntime> {
  const other = new ForeignRuntime(
    parseSystem(SYSTEM.replace('port: http', 'port: http, autoscaled: true'), 'firedrill.yaml'),
    () => new NoControl('none'),
    () => cluster,
  )
  await other.up()
  return other
}

describe('a service that is a workload', () => {
  it('shows what was a pod of it until that is gone', async () => {
    workload.isControlled = false
    const { metadata } = workload.pod(podOf('web-1') ?? '')
    metadata.deletionTimestamp = '2026-11-30T05:10:30Z'
    metadata.deletionGracePeriodSeconds = 30
    await until('the pod to end', () => runtime.services()[0]?.ending !== undefined)
    expect(runtime.services()[0]?.ending).toEqual([
      {
        name: `pod ${metadata.name}`,
        sinceMs: Date.parse('2026-11-30T05:10:00Z'),
        goneByMs: Date.parse('2026-11-30T05:12:00Z'),
      },
    ])
    workload.lose(metadata.name)
    await until('the pod to be gone', () => runtime.services()[0]?.ending === undefined)
  })

  it('has its pods as replicas, found by who owns them, healthy when they are ready', () => {
    expect(replicas()).toMatchObject([
      {
        id: 'web-1',
        state: 'healthy',
        address: { host: '10.0.0.1', port: 8080 },
        origin: 'http://lab.kubernetes/api/v1/namespaces/shop/services/http:web:http/proxy',
        restarts: 0,
      },
      { id: 'web-2', state: 'healthy' },
    ])
    expect([podOf('web-1'), podOf('web-2')]).toEqual(['web-1', 'web-2'])
    expect(runtime.capabilities.canScale).toBe(true)
    expect(runtime.services()[0]?.maxReplicas).toBeGreaterThan(2)
  })

  it('has the next new pod in the place of one that is lost, as the same replica', async () => {
    const before = lastEvent()
    workload.isControlled = false
    workload.lose('web-1')
    await until('the pod to be gone', () => states().includes('web-1 exited'))
    expect(replicas()[0]?.detail).toBe('no pod in place of web-1 yet')
    workload.isControlled = true
    workload.control()
    await until('another pod', () => podOf('web-1') === 'web-3' && states().includes('web-1 healthy'))
    expect(events(before)).toEqual([
      'web-1 exited itself pod web-1',
      'web-1 starting restart-policy pod web-3',
      'web-1 healthy itself pod web-3',
    ])
    expect(podOf('web-2')).toBe('web-2')
  })

  it('has the same pod after its container has crashed', async () => {
    const before = lastEvent()
    workload.crash('web-2')
    await until('the container to be there again', () => events(before).length >= 3)
    expect(events(before)).toEqual([
      'web-2 exited itself pod web-2',
      'web-2 starting restart-policy pod web-2, restart 1 of its container',
      'web-2 healthy itself pod web-2, restart 1 of its container',
    ])
    expect(replicas()[1]?.restarts).toBe(1)
  })

  it('has a replica that is unhealthy while its pod is not ready', async () => {
    const before = lastEvent()
    workload.setReady('web-1', false)
    await until('it to be unhealthy', () => states().includes('web-1 unhealthy'))
    expect(replicas()[0]?.detail).toBe('pod web-1 is not ready')
    workload.setReady('web-1', true)
    await until('it to be healthy', () => states().includes('web-1 healthy'))
    expect(events(before)).toEqual(['web-1 unhealthy itself pod web-1', 'web-1 healthy itself pod web-1'])
  })

  it('stays as it was seen while the API server does not answer, and says why', async () => {
    workload.server.intercept = () => refused(503, 'ServiceUnavailable', 'etcd is away')
    await until('the reason', () => replicas()[0]?.detail === 'etcd is away')
    expect(states()).toEqual(['web-1 healthy', 'web-2 healthy'])
    workload.server.intercept = () => undefined
    workload.lose('web-1')
    await until('the next pod', () => podOf('web-1') === 'web-3')
  })

  it('is scaled by the number that is expected, and back', async () => {
    const controlling = setInterval(() => workload.control(), 20)
    const before = lastEvent()
    await runtime.scale('web', 3, 'fault')
    expect(states()).toEqual(['web-1 healthy', 'web-2 healthy', 'web-3 healthy'])
    await runtime.scale('web', 1, 'fault')
    expect(states()).toEqual(['web-1 healthy'])
    clearInterval(controlling)
    expect(events(before)).toEqual([
      'web scaled fault 2 to 3',
      'web-3 starting fault pod web-3',
      'web-3 healthy itself pod web-3',
      'web scaled fault 3 to 1',
      'web-2 stopped fault pod web-2',
      'web-3 stopped fault pod web-3',
    ])
    // What was not scaled back is scaled back at the end.
    await runtime.down()
    expect(workload.object.spec.replicas).toBe(2)
  })

  it('is left alone where somebody else has scaled it meanwhile', async () => {
    const controlling = setInterval(() => workload.control(), 20)
    await runtime.scale('web', 1, 'fault')
    workload.object.spec.replicas = 5
    await expect(runtime.scale('web', 2, 'fault')).rejects.toMatchObject({
      code: 'FD_RUNTIME_CONFLICT',
      details: { expected: '1 replicas', given: '5' },
    })
    await runtime.down()
    clearInterval(controlling)
    expect(workload.object.spec.replicas).toBe(5)
  })

  it('is scaled under an undo that survives this process: one Lease, with the number of before', async () => {
    const controlling = setInterval(() => workload.control(), 20)
    const records = async () => (await leftIn(cluster, 'shop')).map(({ record }) => record)
    const undo = (to: number) => [
      { op: 'test', path: '/metadata/uid', value: workload.object.metadata.uid },
      { op: 'test', path: '/spec/replicas', value: to },
      { op: 'replace', path: '/spec/replicas', value: 2 },
    ]
    await runtime.scale('web', 3, 'operator')
    expect(await records()).toMatchObject([{ fault: 'scale by an action', undo: undo(3) }])
    await runtime.scale('web', 1, 'operator')
    expect(await records()).toMatchObject([{ what: '1 replica instead of 2', undo: undo(1) }])
    const renewals = () =>
      workload.server.requests.filter(({ method, path }) => method === 'PATCH' && /leases/.test(path))
    const before = renewals().length
    await until('the Lease to be renewed', () => renewals().length > before)
    await runtime.scale('web', 2, 'operator')
    clearInterval(controlling)
    expect(await records()).toEqual([])
    expect(workload.object.metadata.annotations).toEqual({})
  })

  it('is as before where the Job, or `system undo`, has scaled it back already', async () => {
    const controlling = setInterval(() => workload.control(), 20)
    await runtime.scale('web', 3, 'operator')
    for (const left of await leftIn(cluster, 'shop')) await undoLeft(cluster, left)
    await runtime.scale('web', 2, 'operator')
    clearInterval(controlling)
    expect(states()).toEqual(['web-1 healthy', 'web-2 healthy'])
  })

  it('is not scaled where no Job can watch over it', async () => {
    workload.server.intercept = (method, path) =>
      method === 'POST' && path.endsWith('/jobs') ? refused(403, 'Forbidden', 'jobs is forbidden') : undefined
    await expect(runtime.scale('web', 3, 'operator')).rejects.toThrow('jobs is forbidden')
    expect(workload.object.spec.replicas).toBe(2)
    expect(await leftIn(cluster, 'shop')).toEqual([])
  })

  it('is left, with the reason, while the cluster does not answer, and scaled back when it does', async () => {
    const controlling = setInterval(() => workload.control(), 20)
    await runtime.scale('web', 3, 'operator')
    clearInterval(controlling)
    const arms = workload.server.intercept
    workload.server.intercept = () => refused(503, 'ServiceUnavailable', 'etcd is away')
    expect(await runtime.scaleBack()).toEqual([{ what: 'scale of web', why: 'etcd is away', isInCluster: true }])
    workload.server.intercept = arms
    expect(await runtime.scaleBack()).toEqual([])
    expect(workload.object.spec.replicas).toBe(2)
    expect(await runtime.scaleBack()).toEqual([])
  })

  it('is not scaled by what has only begun when the run ends', async () => {
    workload.server.intercept = () => undefined
    const scaling = runtime.scale('web', 3, 'operator')
    const jobs = () => workload.server.requests.some(({ method, path }) => method === 'POST' && path.endsWith('/jobs'))
    await until('its Job to be asked for', jobs)
    expect(await runtime.scaleBack()).toEqual([])
    await expect(scaling).rejects.toThrow('the run is over')
    expect(workload.object.spec.replicas).toBe(2)
    expect(await leftIn(cluster, 'shop')).toEqual([])
    await expect(runtime.scale('web', 3, 'operator')).rejects.toThrow('the run is over')
  })

  it('is restarted as a rollout, which is waited for', async () => {
    workload.isControlled = false
    let isOver = false
    const restarting = runtime.restart({ service: 'web' }, 'operator').then(() => {
      isOver = true
    })
    const annotated = () => JSON.stringify(workload.object.spec.template).includes('kubectl.kubernetes.io/restartedAt')
    await until('the template to be changed', annotated)
    const before = lastEvent()
    for (const name of ['web-1', 'web-2']) workload.server.objects.delete(`/api/v1/namespaces/shop/pods/${name}`)
    expect(isOver).toBe(false)
    workload.isControlled = true
    workload.control()
    await restarting
    expect([podOf('web-1'), podOf('web-2')].sort()).toEqual(['web-3', 'web-4'])
    // Those changes are recorded as those of the one who has asked for the restart.
    expect(events(before).filter((event) => event.includes('starting'))).toEqual([
      'web-1 starting operator pod web-3',
      'web-2 starting operator pod web-4',
    ])
  })

  it('reports a rollout that the cluster gives up', async () => {
    workload.isControlled = false
    const restarting = runtime.restart({ service: 'web' }, 'operator')
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }
    await until('the change', () => (workload.object.metadata.generation ?? 1) > 1)
    Object.assign(workload.object.status, {
      observedGeneration: workload.object.metadata.generation,
      conditions: [late],
    })
    await expect(restarting).rejects.toMatchObject({ code: 'FD_RUNTIME_START_FAILED', details: { given: 'timed out' } })
  })

  it('has one pod replaced in order, unless a PodDisruptionBudget forbids it', async () => {
    const eviction = { name: 'pods/eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] }
    workload.server.texts.set('/api/v1', JSON.stringify({ resources: [eviction] }))
    let isForbidden = false
    workload.server.intercept = (method, path) => {
      if (method !== 'POST' || !path.endsWith('/eviction')) return undefined
      if (isForbidden) return refused(429, 'TooManyRequests', "it would violate the pod's disruption budget")
      workload.lose(path.split('/').at(-2) ?? '')
      return { status: 201, body: {} }
    }
    await runtime.restart({ service: 'web', replica: 'web-2' }, 'operator')
    expect([podOf('web-1'), podOf('web-2')]).toEqual(['web-1', 'web-3'])
    expect(workload.server.requests.find(({ path }) => path.endsWith('/eviction'))?.body).toMatchObject({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
    })
    isForbidden = true
    await expect(runtime.restart({ service: 'web', replica: 'web-2' }, 'operator')).rejects.toMatchObject({
      code: 'FD_RUNTIME_CONFLICT',
      message: 'a PodDisruptionBudget forbids to end pod web-3 now',
    })
    workload.server.intercept = (method) => (method === 'POST' ? { status: 429, body: {} } : undefined)
    await expect(runtime.restart({ service: 'web', replica: 'web-2' }, 'operator')).rejects.toMatchObject({
      code: 'FD_KUBERNETES_ANSWER',
    })
  })

  it('counts the container of the workload, and not one that a mesh has put before it', async () => {
    const { template } = workload.object.spec as { template: { spec: { containers: object[] } } }
    template.spec.containers = [{ name: 'app' }]
    const { spec, status } = workload.pod('web-1')
    spec.containers = [{ name: 'mesh', ports: [{ containerPort: 15_090 }] }, ...(spec.containers as object[])]
    const statuses = status.containerStatuses as object[]
    const mesh = { name: 'mesh', containerID: 'mesh-0', restartCount: 0, state: { running: {} } }
    status.containerStatuses = [...statuses, mesh]
    const start = lastEvent()
    await until('the template to be seen', () => events(start).length === 1)
    expect(events(start)).toEqual(['web redeployed operator deployment/web in shop: its template is another one'])
    expect(replicas()[0]?.address).toEqual({ host: '10.0.0.1', port: 8080 })
    const before = lastEvent()
    workload.crash('web-1')
    await until('the start of the container to be seen', () => events(before).join().includes('starting'))
    expect(events(before)[0]).toBe('web-1 exited itself pod web-1')
  })

  it('is recorded when somebody else scales it, with the autoscaler that does', async () => {
    workload.server.put('/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers/web-scaler', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    })
    const before = lastEvent()
    workload.object.spec.replicas = 3
    await until('it to be seen', () => events(before).some((event) => event.includes('rescaled')))
    expect(events(before).filter((event) => event.includes('rescaled'))).toEqual([
      'web rescaled operator deployment/web in shop: 3 replicas instead of 2; HorizontalPodAutoscaler web-scaler scales it; where that is part of the system: kubernetes: { workload: …, autoscaled: true }',
    ])
  })

  it('is scaled by what supervises it where an autoscaler is part of the system', async () => {
    const other = await autoscaled()
    try {
      workload.object.spec.replicas = 3
      await until('it to be seen', () => other.events().some(({ kind }) => kind === 'scaled'))
      expect(other.events().filter(({ kind }) => kind.endsWith('scaled'))).toMatchObject([
        {
          kind: 'scaled',
          actor: 'restart-policy',
          service: 'web',
          detail: 'deployment/web in shop: 3 replicas instead of 2',
        },
      ])
      workload.object.spec.replicas = 2
      await until('it to be seen', () => other.events().some(({ kind }) => kind === 'stopped'))
      expect(other.events().filter(({ kind }) => kind === 'stopped')).toMatchObject([
        { actor: 'restart-policy', replica: 'web-3' },
      ])
    } finally {
      await other.down()
    }
  })

  it('is scaled by an action from the number that the autoscaler has set, whose number stays instead of that of before', async () => {
    const other = await autoscaled()
    const controlling = setInterval(() => workload.control(), 20)
    try {
      await other.scale('web', 4, 'operator')
      workload.object.spec.replicas = 3
      await other.workload('web')?.see()
      await other.scale('web', 6, 'operator')
      expect(workload.object.spec.replicas).toBe(6)
      workload.object.spec.replicas = 5
      await other.scale('web', 2, 'operator')
      expect(workload.object.spec.replicas).toBe(5)
      expect(await leftIn(cluster, 'shop')).toEqual([])
    } finally {
      clearInterval(controlling)
      await other.down()
    }
  })

  it('is no longer waited for once the autoscaler has set another number than the action', async () => {
    const other = await autoscaled()
    workload.isControlled = false
    try {
      const scaling = other.scale('web', 4, 'operator')
      await until('the number of the action', () => workload.object.spec.replicas === 4)
      workload.object.spec.replicas = 3
      await scaling
      expect(workload.object.spec.replicas).toBe(3)
    } finally {
      workload.isControlled = true
      await other.down()
    }
  })

  it('is not taken for scaled by somebody else when an action scales it, and back', async () => {
    const before = lastEvent()
    const controlling = setInterval(() => workload.control(), 20)
    await runtime.scale('web', 3, 'operator')
    await runtime.scale('web', 4, 'operator')
    await runtime.scale('web', 2, 'operator')
    await runtime.workload('web')?.see()
    clearInterval(controlling)
    expect(events(before).filter((event) => event.includes('rescaled'))).toEqual([])
  })

  it('can be scaled while the pods that a fault has brought back are waited for, and belongs to nobody afterwards', async () => {
    let settle: () => void = () => undefined
    const settled = new Promise<void>((resolve) => {
      settle = resolve
    })
    const watching = runtime.workload('web')?.watchAs('fault', () => settled)
    const scaling = runtime.scale('web', 3, 'operator')
    await until('the number to be seen', () => workload.object.spec.replicas === 3)
    workload.control()
    await scaling
    settle()
    await watching
    const before = lastEvent()
    workload.lose('web-1')
    await until('another pod', () => events(before).some((event) => event.includes('starting')))
    expect(events(before).find((event) => event.includes('starting'))).toContain('restart-policy')
  })

  it('is not restarted where its pods are replaced only when somebody deletes them', async () => {
    workload.object.spec.updateStrategy = { type: 'OnDelete' }
    await expect(runtime.restart({ service: 'web' }, 'operator')).rejects.toMatchObject({
      code: 'FD_RUNTIME_CONFLICT',
      message: expect.stringContaining('OnDelete'),
    })
    expect(workload.server.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
  })

  it('is neither scaled nor restarted in a namespace of Kubernetes itself, unless that is allowed', async () => {
    const other = new ForeignRuntime(
      parseSystem(SYSTEM.replace('namespace: shop', 'namespace: kube-system'), 'firedrill.yaml'),
      () => new NoControl('none'),
      () => cluster,
    )
    await expect(other.scale('web', 0, 'operator')).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: expect.stringContaining('kube-system'),
    })
    expect(workload.server.requests.filter(({ path }) => path.includes('kube-system'))).toEqual([])
  })

  it('refuses what a pod cannot have done to it, and names what can', async () => {
    const target = { service: 'web', replica: 'web-1' }
    for (const act of [
      () => runtime.kill(target, 'SIGKILL'),
      () => runtime.pause(target, 'fault'),
      () => runtime.stop(target, 'fault'),
      () => runtime.start(target, 'fault'),
    ])
      await expect(act()).rejects.toMatchObject({
        code: 'FD_RUNTIME_UNSUPPORTED',
        details: { expected: expect.stringMatching(/`(lose|scale)`/) },
      })
    expect(workload.server.requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('has the logs of the pod that is there now', async () => {
    workload.server.texts.set('/api/v1/namespaces/shop/pods/web-2/log', 'one\ntwo\n')
    expect(await runtime.logs({ service: 'web', replica: 'web-2' }, { lines: 2 })).toEqual(['one', 'two'])
    expect(workload.server.requests.at(-1)?.query.get('container')).toBe('app')
  })

  it('asks who owns pods only when one is new', async () => {
    const sets = () => workload.server.requests.filter(({ path }) => path.endsWith('/replicasets')).length
    workload.server.objects.delete('/api/v1/namespaces/shop/pods/stray')
    await runtime.workload('web')?.watch.fresh()
    const before = sets()
    await runtime.workload('web')?.watch.fresh()
    expect(sets()).toBe(before)
  })

  it('is not opened where it is not there', async () => {
    const missing = new ForeignRuntime(
      parseSystem(SYSTEM.replace('deployment/web', 'deployment/wab'), 'firedrill.yaml'),
      () => new NoControl('none'),
      () => cluster,
    )
    await expect(missing.up()).rejects.toMatchObject({
      code: 'FD_FOREIGN_INVALID',
      message: 'there is no deployment/wab in shop',
      details: {
        where: 'firedrill.yaml services.web.kubernetes.workload',
        expected: 'one of deployment/web',
        next: expect.stringContaining('firedrill system check'),
      },
    })
    await missing.down()
  })
})
