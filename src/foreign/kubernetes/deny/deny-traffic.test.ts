import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Denial } from '../../../faults/workload.ts'
import { TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { leftIn, undoLeft } from '../undo/left-behind.ts'
import { ARMED_ANNOTATION, UNDO_ANNOTATION } from '../undo/undo-record.ts'
import { denyTraffic } from './deny-traffic.ts'

const WORKLOAD = '/apis/apps/v1/namespaces/shop/daemonsets/web'
const POD = '/api/v1/namespaces/shop/pods/web-1'
const PROBE = '/api/v1/namespaces/shop/pods/firedrill-probe-f1'
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies'
const POLICY = `${POLICIES}/firedrill-deny-daemonset-web`
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/shop/leases'
const labels = { app: 'web' }

let server: TestApiServer
let probeStatus: Record<string, unknown>
beforeEach(async () => {
  server = await TestApiServer.start()
  probeStatus = { phase: 'Running' }
  const containers = [
    { name: 'web', image: 'shop:4', ports: [{ containerPort: 53, protocol: 'UDP' }, { containerPort: 8080 }] },
  ]
  const workload = server.put(WORKLOAD, {
    spec: { selector: { matchLabels: labels }, template: { spec: { containers } } },
    status: {},
  })
  server.put(POD, {
    metadata: {
      labels,
      ownerReferences: [{ kind: 'DaemonSet', name: 'web', uid: workload.metadata.uid, controller: true }],
    },
    spec: { containers },
    status: { phase: 'Running', podIP: '10.1.1.1', conditions: [{ type: 'Ready', status: 'True' }] },
  })
  server.intercept = (method, path) => {
    // The Job has been started, and watches.
    if (method === 'POST' && path.endsWith('/jobs'))
      for (const { metadata } of leases())
        metadata.annotations = { ...metadata.annotations, [ARMED_ANNOTATION]: 'pod-1' }
    const probe = server.objects.get(PROBE)
    if (probe !== undefined) probe.status = probeStatus
    return undefined
  }
  sees({ connects: true })
})
afterEach(() => server.close())

const leases = () => [...server.objects].flatMap(([path, object]) => (path.startsWith(LEASES) ? [object] : []))
const sees = (report: object) => server.texts.set(`${PROBE}/log`, `firedrill-probe ${JSON.stringify(report)}\n`)
const deny = ({ port = 0, direction = 'ingress' }: Partial<Denial> = {}) =>
  denyTraffic(
    {
      cluster: server.cluster(),
      workload: { namespace: 'shop', kind: 'daemonset', name: 'web' },
      programs: { image: 'node:20', serviceAccount: 'firedrill' },
    },
    { fault: 'network-deny', direction, port },
    { id: 'f1', forMs: 60_000, signal: new AbortController().signal },
  )

describe('a policy that denies connections', () => {
  it('is made when a probe has connected and a Job watches, and removed by the undo', async () => {
    const held = await deny()
    expect(server.objects.get(POLICY)).toMatchObject({
      metadata: {
        annotations: {
          [UNDO_ANNOTATION]: expect.stringContaining('no connections to the pods of daemonset/web in shop'),
        },
        ownerReferences: [{ kind: 'Lease' }],
      },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [] },
    })
    const made = server.requests.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1))
    expect(made).toEqual(['leases', 'jobs', 'pods', 'networkpolicies'])
    const [container] = (server.objects.get(PROBE)?.spec.containers ?? []) as { env: { value: string }[] }[]
    expect(JSON.parse(container?.env[0]?.value ?? '')).toEqual([{ host: '10.1.1.1', port: 8080 }])
    expect(await held.undo()).toEqual({
      changed: true,
      detail:
        'removed networkpolicy/firedrill-deny-daemonset-web in shop (no connections to the pods of daemonset/web in shop)',
    })
    expect(server.objects.has(POLICY)).toBe(false)
    expect(leases()).toEqual([])
  })

  it('is proved by the probe, for as long as the pods are the same', async () => {
    const held = await deny()
    expect(await held.probe()).toEqual({
      connects: true,
      text: 'pod firedrill-probe-f1 still connects to 10.1.1.1:8080',
    })
    sees({ connects: false, why: 'no answer within 1 s' })
    expect(await held.probe()).toEqual({
      connects: false,
      text: 'pod firedrill-probe-f1 no longer connects to 10.1.1.1:8080: no answer within 1 s',
    })
    server.objects.delete(POD)
    expect(await held.probe()).toMatchObject({ connects: true, text: expect.stringContaining('replaced') })
  })

  it('is not made where the probe does not start, and nothing stays', async () => {
    server.texts.clear()
    probeStatus = {
      phase: 'Pending',
      containerStatuses: [{ name: 'probe', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }],
    }
    await expect(deny()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { given: 'pod firedrill-probe-f1: ErrImagePull no such image' },
    })
    expect(server.requests.some(({ method, path }) => method === 'POST' && path === POLICIES)).toBe(false)
    expect(leases()).toEqual([])
  })

  it.each([
    ['another policy allows connections', { podSelector: {}, ingress: [{}] }, true],
    ['another policy of other pods allows some', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{}] }, false],
    ['another policy is about what they send', { podSelector: {}, policyTypes: ['Egress'] }, false],
    [
      'another policy allows what they send',
      { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [{}] },
      false,
    ],
    ['another policy denies everything', { podSelector: {}, policyTypes: ['Ingress'] }, false],
  ])('where %s', async (_, spec, isRefused) => {
    server.put(`${POLICIES}/other`, { spec })
    const denying = deny()
    if (isRefused) {
      await expect(denying).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
      expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
    } else await denying
  })

  it('of that name that was there stays, and is not taken for ours', async () => {
    server.put(POLICY, { spec: { podSelector: {} } })
    await expect(deny()).rejects.toMatchObject({ code: 'FD_KUBERNETES_CONFLICT' })
    expect(server.objects.has(POLICY)).toBe(true)
    expect(leases()).toEqual([])
  })

  it('of that name that somebody has made in its place stays at the undo', async () => {
    const held = await deny()
    server.put(POLICY, { spec: { podSelector: {} } })
    expect(await held.undo()).toEqual({
      changed: false,
      detail: 'networkpolicy/firedrill-deny-daemonset-web in shop is not the one that the fault has made, and stays',
    })
    expect(server.objects.has(POLICY)).toBe(true)
    expect(leases()).toEqual([])
  })

  it('that was left is found by its Lease, and removed', async () => {
    await deny()
    const [left] = await leftIn(server.cluster(), 'shop')
    if (left === undefined) throw new Error('nothing was left')
    expect(await undoLeft(server.cluster(), left)).toMatchObject({ changed: true })
    expect(server.objects.has(POLICY)).toBe(false)
  })

  it('has its port named where the container declares none', async () => {
    const pod = server.objects.get(POD)
    if (pod !== undefined) pod.spec = { containers: [{ name: 'web', image: 'shop:4' }] }
    await expect(deny()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    await deny({ port: 9_000 })
    expect(JSON.stringify(server.objects.get(PROBE)?.spec)).toContain('9000')
  })

  it('is not made for pods on the network of their node, which have no policies', async () => {
    const pod = server.objects.get(POD)
    if (pod !== undefined) pod.spec.hostNetwork = true
    await expect(deny()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: expect.stringContaining('hostNetwork'),
    })
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it.each([
    ['of another name', 'policy-of-others', 'delete'],
    ['that is patched', 'firedrill-deny-x', [{ op: 'replace', path: '/spec/podSelector', value: {} }]],
  ])('%s is not undone by a record', async (_, name, undo) => {
    const object = { namespace: 'shop', kind: 'networkpolicy', name }
    const record = { id: 'x', fault: 'network-deny', object, what: '', undo }
    server.put(`${LEASES}/x`, {
      metadata: { labels: { 'firedrill.dev/undo': 'x' }, annotations: { [UNDO_ANNOTATION]: JSON.stringify(record) } },
      spec: {},
    })
    expect(await leftIn(server.cluster(), 'shop')).toMatchObject([{ record: undefined }])
  })
})

describe('a policy that denies what pods send', () => {
  const FROM_INSIDE = { connects: true, at: '10.96.0.1:443' }
  let started: string[]
  let ended: string[]
  beforeEach(() => {
    started = []
    ended = []
    reports(FROM_INSIDE)
    const before = server.intercept
    server.intercept = (method, path) => {
      if (!path.endsWith('/ephemeralcontainers')) return before(method, path)
      const { body } = server.requests.at(-1) ?? {}
      const added = (body as { spec: { ephemeralContainers: { name: string }[] } }).spec.ephemeralContainers
      for (const { name } of added) {
        started.push(name)
        become(name, { running: { startedAt: 'now' } })
      }
      return { status: 200, body: { kind: 'Pod' } }
    }
    server.exec = async ({ container = '' }) => {
      ended.push(container)
      become(container, { terminated: { exitCode: 0 } })
      return { code: 0, stdout: '', stderr: '' }
    }
  })
  const reports = (report: object) => server.texts.set(`${POD}/log`, `firedrill-report ${JSON.stringify(report)}\n`)
  const become = (name: string, state: object) => {
    const pod = server.objects.get(POD)
    if (pod !== undefined) pod.status.ephemeralContainerStatuses = [{ name, restartCount: 0, ready: false, state }]
  }
  const denyEgress = () => deny({ direction: 'egress' })

  it('is made when a program in one of them has connected to the API server, and that program ends with the undo', async () => {
    const held = await denyEgress()
    expect(held.what).toBe('no connections from the pods of daemonset/web in shop')
    expect(server.objects.get(POLICY)?.spec).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Egress'],
      egress: [],
    })
    expect(server.objects.has(PROBE)).toBe(false)
    expect(await held.undo()).toMatchObject({ changed: true })
    expect(server.objects.has(POLICY)).toBe(false)
    expect(ended).toEqual(started)
    expect(leases()).toEqual([])
  })

  it('is proved by that program, for as long as it runs', async () => {
    const held = await denyEgress()
    expect(await held.probe()).toEqual({
      connects: true,
      text: 'pod web-1 still connects to 10.96.0.1:443 (the API server)',
    })
    reports({ ...FROM_INSIDE, connects: false, why: 'no answer within 1 s' })
    expect(await held.probe()).toEqual({
      connects: false,
      text: 'pod web-1 no longer connects to 10.96.0.1:443: no answer within 1 s (the API server)',
    })
    become(started[0] ?? '', { terminated: { exitCode: 137 } })
    expect(await held.probe()).toEqual({ connects: true, text: 'the probe in pod web-1 reports nothing' })
  })

  it('is not made where that program cannot connect, which then ends, and nothing stays', async () => {
    reports({ connects: false, why: 'no answer within 1 s', at: '10.96.0.1:443' })
    await expect(denyEgress()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: expect.stringContaining('pod web-1 does not connect to the API server at 10.96.0.1:443'),
      details: { given: 'no answer within 1 s' },
    })
    expect(server.objects.has(POLICY)).toBe(false)
    expect(ended).toEqual(started)
    expect(leases()).toEqual([])
  })

  it('has that program ended where it cannot be made', async () => {
    server.put(POLICY, { spec: { podSelector: {} } })
    await expect(denyEgress()).rejects.toMatchObject({ code: 'FD_KUBERNETES_CONFLICT' })
    expect(started).toHaveLength(1)
    expect(ended).toEqual(started)
  })

  it.each([
    ['another policy allows what they send', { podSelector: {}, egress: [{}] }, true],
    [
      'another policy is about what is sent to them',
      { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
      false,
    ],
    ['another policy denies everything', { podSelector: {}, policyTypes: ['Egress'] }, false],
  ])('where %s', async (_, spec, isRefused) => {
    server.put(`${POLICIES}/other`, { spec })
    if (!isRefused) return void (await denyEgress())
    await expect(denyEgress()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      message: expect.stringContaining('allows connections from these pods'),
    })
    expect(started).toEqual([])
  })
})
