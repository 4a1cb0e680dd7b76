import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WorkloadChange } from '../../../faults/workload.ts'
import { refused, TestApiServer } from '../../../kubernetes/test-api-server.ts'
import type { WorkloadPlace } from '../../../kubernetes/workload-place.ts'
import { leftIn, leftText, undoLeft } from './left-behind.ts'
import { makeChange } from './make-change.ts'
import { ARMED_ANNOTATION, LEFT_ANNOTATION, UNDO_ANNOTATION } from './undo-record.ts'

const PATH = '/apis/apps/v1/namespaces/shop/deployments/web'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/shop/leases'
const place: WorkloadPlace = { namespace: 'shop', kind: 'deployment', name: 'web' }
const change: WorkloadChange = {
  fault: 'scale',
  patches: ({ replicas }) => ({
    act: [
      { op: 'test', path: '/spec/replicas', value: replicas },
      { op: 'replace', path: '/spec/replicas', value: 0 },
    ],
    undo: [
      { op: 'test', path: '/spec/replicas', value: 0 },
      { op: 'replace', path: '/spec/replicas', value: replicas },
    ],
    what: `0 replicas instead of ${replicas}`,
  }),
}

let server: TestApiServer
let isWatched: boolean
let stopping: AbortController
beforeEach(async () => {
  server = await TestApiServer.start()
  isWatched = true
  stopping = new AbortController()
  server.put(PATH, {
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { spec: { containers: [{ name: 'web', image: 'shop:4' }] } },
    },
    status: {},
  })
  server.intercept = (method, path) => {
    // The Job has been started, and watches.
    if (method === 'POST' && path.endsWith('/jobs') && isWatched) {
      for (const { metadata } of leases())
        metadata.annotations = { ...metadata.annotations, [ARMED_ANNOTATION]: 'pod-1' }
    }
    return undefined
  }
})
afterEach(() => server.close())

const leases = () => [...server.objects].flatMap(([path, object]) => (path.startsWith(LEASES) ? [object] : []))
const workload = () => server.objects.get(PATH)
const make = (id = 'f1') =>
  makeChange(
    { cluster: server.cluster(), workload: place, programs: { image: 'node:20', serviceAccount: 'firedrill' } },
    change,
    { id, forMs: 60_000, signal: stopping.signal },
  )

describe('a change of a workload', () => {
  it('is made only when a Job watches the Lease with its undo, and is put back', async () => {
    const held = await make()
    expect(workload()?.spec.replicas).toBe(0)
    expect(workload()?.metadata.annotations?.[UNDO_ANNOTATION]).toContain('scale of Firedrill: 0 replicas instead of 3')
    const posts = server.requests.filter(({ method }) => method === 'POST' || method === 'PATCH')
    expect(
      posts
        .map(({ method, path }) => `${method} ${path.replace(/firedrill-undo-.*/, '').replace(/\/$/, '')}`)
        .slice(0, 3),
    ).toEqual([`POST ${LEASES}`, 'POST /apis/batch/v1/namespaces/shop/jobs', `PATCH ${PATH}`])
    expect(await held.undo()).toEqual({
      changed: true,
      detail: 'put deployment/web in shop back: replicas from 0 to 3, and it has exactly the template of before',
    })
    expect(workload()?.spec.replicas).toBe(3)
    expect(workload()?.metadata.annotations).toEqual({})
    expect(leases()).toEqual([])
    expect(await held.undo()).toMatchObject({ changed: true })
  })

  it('says in its Lease how much time is left, and that it has been undone elsewhere', async () => {
    const held = await make()
    const [lease] = leases()
    expect(Number(lease?.metadata.annotations?.[LEFT_ANNOTATION])).toBeGreaterThan(0)
    expect(await held.renew()).toBe(true)
    server.objects.delete(`${LEASES}/${lease?.metadata.name}`)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(await held.renew()).toBe(false)
  })

  it('stays as somebody else has changed it meanwhile', async () => {
    const held = await make()
    const changed = workload()
    if (changed !== undefined) changed.spec.replicas = 5
    expect(await held.undo()).toMatchObject({ changed: false })
    expect(workload()?.spec.replicas).toBe(5)
    expect(leases()).toEqual([])
  })

  it('has ended when somebody else has put it back, or has changed it to something else', async () => {
    const held = await make()
    expect(await held.renew()).toBe(true)
    const changed = workload()
    if (changed !== undefined) changed.spec.replicas = 3
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(await held.renew()).toBe(false)
  })

  it('is not undone in another workload that has its name meanwhile', async () => {
    const held = await make()
    server.put(PATH, { spec: { ...workload()?.spec, replicas: 0 }, status: {} })
    expect(await held.undo()).toMatchObject({ changed: false })
    expect(workload()?.spec.replicas).toBe(0)
  })

  it('keeps its Lease while the cluster forbids the undo, and is put back when it no longer does', async () => {
    const held = await make()
    const policy = refused(422, 'Invalid', "ValidatingAdmissionPolicy 'freeze' denied request")
    server.intercept = (method, path) => (method === 'PATCH' && path === PATH ? policy : undefined)
    await expect(held.undo()).rejects.toMatchObject({ message: expect.stringContaining('freeze') })
    expect(leases()).toHaveLength(1)
    server.intercept = () => undefined
    expect(await held.undo()).toMatchObject({ changed: true })
    expect(workload()?.spec.replicas).toBe(3)
    expect(leases()).toEqual([])
  })

  it('is refused with the words of a policy that forbids it', async () => {
    const policy = refused(422, 'Invalid', "ValidatingAdmissionPolicy 'freeze' denied request")
    const ordinary = server.intercept
    server.intercept = (method, path) => (method === 'PATCH' && path === PATH ? policy : ordinary(method, path))
    await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('freeze') })
    expect(leases()).toEqual([])
  })

  it('is put back at once where a webhook makes something else of it', async () => {
    const ordinary = server.intercept
    let isFirst = true
    server.intercept = (method, path) => {
      if (method !== 'PATCH' || path !== PATH || !isFirst) return ordinary(method, path)
      isFirst = false
      const found = workload()
      if (found !== undefined) found.spec.replicas = 1
      return { status: 200, body: found ?? {} }
    }
    await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('webhook') })
    expect(workload()?.spec.replicas).toBe(3)
    expect(leases()).toEqual([])
  })

  it('is put back at once where the Job has given up while it was made', async () => {
    const ordinary = server.intercept
    server.intercept = (method, path) => {
      if (method === 'PATCH' && path === PATH)
        for (const { metadata } of leases()) server.objects.delete(`${LEASES}/${metadata.name}`)
      return ordinary(method, path)
    }
    await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('the Job which watches it') })
    expect(workload()?.spec.replicas).toBe(3)
  })

  it('is refused while another one of the same workload is in force', async () => {
    await make()
    await expect(make('f2')).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(leases()).toHaveLength(1)
  })

  it('is made by one of two runs at most that begin at the same moment, and the other one undoes nothing of it', async () => {
    const made = await Promise.allSettled([make('f1'), make('f2')])
    const held = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(held.length).toBeLessThan(2)
    expect(made.find((one) => one.status === 'rejected')?.reason).toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(workload()?.spec.replicas).toBe(held.length === 0 ? 3 : 0)
    expect(leases()).toHaveLength(held.length)
  })

  it('is refused where somebody else has scaled to the same number meanwhile, which stays', async () => {
    const ordinary = server.intercept
    server.intercept = (method, path) => {
      const found = workload()
      if (method === 'POST' && path.endsWith('/jobs') && found !== undefined) found.spec.replicas = 0
      return ordinary(method, path)
    }
    await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('changed by somebody else') })
    expect(workload()?.spec.replicas).toBe(0)
    expect(leases()).toEqual([])
  })

  it('keeps annotations that somebody makes while the Job starts', async () => {
    const ordinary = server.intercept
    server.intercept = (method, path) => {
      const found = workload()
      if (method === 'POST' && path.endsWith('/jobs') && found !== undefined) found.metadata.annotations = { team: 'a' }
      return ordinary(method, path)
    }
    const held = await make()
    expect(workload()?.metadata.annotations).toMatchObject({ team: 'a', [UNDO_ANNOTATION]: expect.any(String) })
    await held.undo()
    expect(workload()?.metadata.annotations).toEqual({ team: 'a' })
  })

  it('says how many replicas somebody else has set, where they stay', async () => {
    const held = await make()
    const changed = workload()
    if (changed !== undefined) changed.spec.replicas = 5
    expect(await held.undo()).toEqual({
      changed: false,
      detail: 'deployment/web in shop has 5 replicas now, which somebody else has set: that stays',
    })
  })

  it('is refused, with nothing changed and nothing left, when the Job does not start', async () => {
    isWatched = false
    server.put('/api/v1/namespaces/shop/pods/undo-1', {
      metadata: { labels: { 'firedrill.dev/undo': 'f1' } },
      status: {
        phase: 'Pending',
        containerStatuses: [{ name: 'undo', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }],
      },
    })
    await expect(make()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { given: 'pod undo-1: ErrImagePull no such image' },
    })
    expect(workload()?.spec.replicas).toBe(3)
    expect(leases()).toEqual([])
  })

  it('is not begun when it is to end before the Job watches', async () => {
    isWatched = false
    const making = make()
    stopping.abort(new Error('halted'))
    await expect(making).rejects.toThrow('halted')
    expect(workload()?.spec.replicas).toBe(3)
    expect(leases()).toEqual([])
  })
})

describe('a change of a container', () => {
  const web = { name: 'web', image: 'shop:4' }
  const mesh = { name: 'mesh', image: 'mesh:1' }
  const at = '/spec/template/spec/containers/0'
  const named = { op: 'test', path: `${at}/name`, value: 'web' } as const
  const reference = { configMapRef: { name: 'none' } }
  const rollouts: Record<string, WorkloadChange> = {
    'bad-image': {
      fault: 'bad-image',
      patches: () => ({
        act: [named, { op: 'replace', path: `${at}/image`, value: 'broken:1' }],
        undo: [
          named,
          { op: 'test', path: `${at}/image`, value: 'broken:1' },
          { op: 'replace', path: `${at}/image`, value: 'shop:4' },
        ],
        what: 'image of web',
      }),
    },
    'bad-config': {
      fault: 'bad-config',
      patches: () => ({
        act: [named, { op: 'add', path: `${at}/envFrom`, value: [reference] }],
        undo: [
          named,
          { op: 'test', path: `${at}/envFrom/0`, value: reference },
          { op: 'remove', path: `${at}/envFrom/0` },
        ],
        what: 'environment of web',
      }),
    },
  }
  const containers = () => {
    const { template } = (workload()?.spec ?? {}) as { template?: { spec: { containers: Record<string, unknown>[] } } }
    if (template === undefined) throw new Error('the workload is there')
    return template.spec
  }
  const makeRollout = (fault: string) => {
    const programs = { image: 'node:20', serviceAccount: 'firedrill' }
    const held = { id: 'f1', forMs: 60_000, signal: stopping.signal }
    const wanted = rollouts[fault]
    if (wanted === undefined) throw new Error(`there is no ${fault} here`)
    return makeChange({ cluster: server.cluster(), workload: place, programs }, wanted, held)
  }
  const noReferences = { ...web, envFrom: [] }

  it.each([
    ['bad-image', web],
    ['bad-config', noReferences],
  ])('%s is undone in that container where somebody has put another one before it', async (fault, before) => {
    const held = await makeRollout(fault)
    containers().containers.unshift(mesh)
    expect(await held.renew()).toBe(true)
    expect(await held.undo()).toMatchObject({ changed: true })
    expect(containers().containers).toEqual([mesh, before])
    expect(leases()).toEqual([])
  })

  it('is undone so by the command too, when the run is gone', async () => {
    await makeRollout('bad-image')
    containers().containers.unshift(mesh)
    const [left] = await leftIn(server.cluster(), 'shop')
    if (left === undefined) throw new Error('nothing was left')
    expect(await undoLeft(server.cluster(), left)).toMatchObject({ changed: true })
    expect(containers().containers).toEqual([mesh, web])
  })

  it('leaves what others have put beside it', async () => {
    const held = await makeRollout('bad-config')
    const others = { configMapRef: { name: 'settings' } }
    const [container] = containers().containers
    if (container !== undefined) container.envFrom = [others, reference]
    expect(await held.undo()).toMatchObject({ changed: true })
    expect(containers().containers).toEqual([{ ...web, envFrom: [others] }])
  })

  it('stays where another container has its place, and its own is gone', async () => {
    const held = await makeRollout('bad-image')
    containers().containers = [{ ...mesh, image: 'broken:1' }]
    expect(await held.undo()).toMatchObject({ changed: false })
    expect(containers().containers).toEqual([{ ...mesh, image: 'broken:1' }])
  })

  it('is refused where it would replace what somebody else has added meanwhile', async () => {
    const ordinary = server.intercept
    const others = [{ configMapRef: { name: 'settings' } }]
    server.intercept = (method, path) => {
      const [container] = containers().containers
      if (method === 'POST' && path.endsWith('/jobs') && container !== undefined) container.envFrom = others
      return ordinary(method, path)
    }
    await expect(makeRollout('bad-config')).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(containers().containers).toEqual([{ ...web, envFrom: others }])
    expect(leases()).toEqual([])
  })
})

describe('a change that was left', () => {
  it('is found by its Lease, and put back', async () => {
    await make()
    const cluster = server.cluster()
    const [left] = await leftIn(cluster, 'shop')
    if (left === undefined) throw new Error('nothing was left')
    expect(leftText(left)).toMatch(
      /^scale of deployment\/web in shop \(0 replicas instead of 3\), made by firedrill on .*, pid \d+$/,
    )
    expect(await undoLeft(cluster, left)).toMatchObject({ changed: true })
    expect(workload()?.spec.replicas).toBe(3)
    expect(await leftIn(cluster, 'shop')).toEqual([])
  })

  it.each([
    ['another namespace', { object: { namespace: 'other', kind: 'deployment', name: 'web' } }],
    ['another field', { undo: [{ op: 'replace', path: '/spec/template/spec/serviceAccountName', value: 'admin' }] }],
    ['another kind', { object: { namespace: 'shop', kind: 'secret', name: 'web' } }],
    [
      'a container that it does not name',
      {
        undo: [
          { op: 'test', path: '/spec/template/spec/containers/0/image', value: 'a' },
          { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'b' },
        ],
      },
    ],
    ['a number that it does not test', { undo: [{ op: 'replace', path: '/spec/replicas', value: 0 }] }],
  ])('is not put back where its record is about %s', async (_, part) => {
    const record = { id: 'x', fault: 'scale', object: place, what: '', undo: [], ...part }
    server.put(`${LEASES}/x`, {
      metadata: { labels: { 'firedrill.dev/undo': 'x' }, annotations: { [UNDO_ANNOTATION]: JSON.stringify(record) } },
      spec: {},
    })
    const [left] = await leftIn(server.cluster(), 'shop')
    expect(left).toMatchObject({ lease: 'x', record: undefined })
  })
})
