import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LinkHarm } from '../../../faults/link.ts'
import { TestApiServer, type TestObject } from '../../../kubernetes/test-api-server.ts'
import { leftIn, leftText, undoLeft } from '../undo/left-behind.ts'
import { ARMED_ANNOTATION, UNDO_ANNOTATION } from '../undo/undo-record.ts'
import { linkSubject } from './link-subject.ts'

const CORE = '/api/v1/namespaces/shop'
const SERVICE = `${CORE}/services/db`
const ENDPOINTS = `${CORE}/endpoints/db`
const POD = `${CORE}/pods/firedrill-proxy-f1`
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/shop/leases'
const harm: LinkHarm = {
  fault: 'network-latency',
  toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 100, jitter: 0 } },
}

let server: TestApiServer
let stopping: AbortController
/** What becomes of the pod of the proxy. */
let podStatus: Record<string, unknown>
beforeEach(async () => {
  server = await TestApiServer.start()
  stopping = new AbortController()
  podStatus = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  server.put(SERVICE, {
    spec: { selector: { app: 'db' }, clusterIP: '10.0.0.7', ports: [{ port: 5432, targetPort: 5432 }] },
  })
  server.intercept = (method, path) => {
    // The Job has been started, and watches.
    if (method === 'POST' && path.endsWith('/jobs'))
      for (const { metadata } of leases())
        metadata.annotations = { ...metadata.annotations, [ARMED_ANNOTATION]: 'pod-1' }
    const pod = server.objects.get(POD)
    if (pod !== undefined) pod.status = podStatus
    return undefined
  }
})
afterEach(() => server.close())

const leases = () => [...server.objects].flatMap(([path, object]) => (path.startsWith(LEASES) ? [object] : []))
const service = () => server.objects.get(SERVICE)
function subject(more: Partial<Parameters<typeof linkSubject>[0]> = {}) {
  return linkSubject({
    cluster: server.cluster(),
    namespace: 'shop',
    service: 'db',
    allow: [],
    programs: { image: 'node:20', serviceAccount: 'firedrill' },
    enter: () => undefined,
    program: async () => 'the program',
    ...more,
  })
}
const harmIt = (id = 'f1') => subject().harm(harm, { id, forMs: 60_000, seed: 1, signal: stopping.signal })
const sendTo = (...names: string[]): TestObject =>
  server.put(ENDPOINTS, {
    subsets: [{ addresses: names.map((name) => ({ targetRef: { kind: 'Pod', name } })) }],
  } as object)

describe('a link that is a Service', () => {
  it('sends to the proxy once that is ready, and to its pods again after the undo', async () => {
    const before = structuredClone(service()?.spec)
    const held = await harmIt()
    expect(service()?.spec.selector).toEqual({ 'firedrill.dev/proxy': 'f1' })
    expect(service()?.metadata.annotations?.[UNDO_ANNOTATION]).toContain('pod firedrill-proxy-f1 instead of app=db')
    const changes = server.requests.filter(({ method, path }) => method !== 'GET' && !path.startsWith(LEASES))
    expect(changes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /apis/batch/v1/namespaces/shop/jobs',
      `POST ${CORE}/services`,
      `POST ${CORE}/pods`,
      `PATCH ${SERVICE}`,
    ])
    const [lease] = leases()
    expect(server.objects.get(POD)?.metadata).toMatchObject({
      ownerReferences: [{ kind: 'Lease', uid: lease?.metadata.uid }],
    })
    expect(await held.undo()).toEqual({
      changed: true,
      detail: 'put service/db in shop back: selector from firedrill.dev/proxy=f1 to app=db',
    })
    expect(service()?.spec).toEqual(before)
    expect(service()?.metadata.annotations).toEqual({})
    expect(leases()).toEqual([])
  })

  it('shows what the Service sends to, and what has come to the proxy', async () => {
    const held = await harmIt()
    expect(await held.look()).toEqual({
      isDiverted: false,
      sendsTo: 'service/db in shop sends to no pod',
      connections: 0,
      bytes: 0,
    })
    sendTo('db-1', 'firedrill-proxy-f1')
    expect(await held.look()).toMatchObject({ isDiverted: false, sendsTo: expect.stringContaining('db-1') })
    sendTo('firedrill-proxy-f1')
    const counts = { isReady: true, accepted: 3, connections: 2, bytes: 70 }
    server.texts.set(`${POD}/log`, `firedrill-counts {"bytes":1}\nfiredrill-counts ${JSON.stringify(counts)}\nfiredr`)
    expect(await held.look()).toEqual({
      isDiverted: true,
      sendsTo: 'service/db in shop sends to pod firedrill-proxy-f1 alone',
      connections: 2,
      bytes: 70,
    })
  })

  it('is no longer held when somebody else has put its selector back', async () => {
    const held = await harmIt()
    const changed = service()
    if (changed !== undefined) changed.spec = { ...changed.spec, selector: { app: 'other' } }
    expect(await held.undo()).toMatchObject({ changed: false })
    expect(service()?.spec.selector).toEqual({ app: 'other' })
    expect(leases()).toEqual([])
  })

  it('is left as it is, with nothing beside it, when the proxy does not start', async () => {
    podStatus = {
      phase: 'Pending',
      containerStatuses: [{ name: 'proxy', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }],
    }
    await expect(harmIt()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { given: 'pod firedrill-proxy-f1: ErrImagePull no such image' },
    })
    expect(service()?.spec.selector).toEqual({ app: 'db' })
    expect(leases()).toEqual([])
  })

  it('is left as it is when the fault is lifted before the proxy is ready', async () => {
    podStatus = { phase: 'Pending' }
    const harming = harmIt()
    const waiting = setInterval(() => server.objects.has(POD) && stopping.abort(new Error('halted')), 20)
    await expect(harming)
      .rejects.toThrow('halted')
      .finally(() => clearInterval(waiting))
    expect(service()?.spec.selector).toEqual({ app: 'db' })
    expect(leases()).toEqual([])
  })

  it('takes one fault at a time', async () => {
    await harmIt()
    await expect(harmIt('f2')).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(leases()).toHaveLength(1)
  })

  it('is refused, with nothing created, where the proxy cannot come before it', async () => {
    server.put(SERVICE, { spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 1 }] } })
    await expect(harmIt()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('is refused in a namespace of Kubernetes itself', async () => {
    const place = subject({ namespace: 'kube-system' })
    const held = { id: 'f1', forMs: 1_000, seed: 1, signal: stopping.signal }
    await expect(place.harm(harm, held)).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
    expect(server.requests).toEqual([])
  })

  it('that was left is found by its Lease, and put back', async () => {
    await harmIt()
    const [left] = await leftIn(server.cluster(), 'shop')
    if (left === undefined) throw new Error('nothing was left')
    expect(leftText(left)).toMatch(/^network-latency of service\/db in shop \(pod .* instead of app=db\), made by /)
    expect(await undoLeft(server.cluster(), left)).toMatchObject({ changed: true })
    expect(service()?.spec.selector).toEqual({ app: 'db' })
  })

  it.each([
    ['another field', [{ op: 'replace', path: '/spec/type', value: 'LoadBalancer' }]],
    ['a Service that sends to no proxy', [{ op: 'replace', path: '/spec/selector', value: { app: 'mine' } }]],
    [
      'a Service that a test names otherwise',
      [
        { op: 'test', path: '/spec/selector', value: { app: 'db' } },
        { op: 'replace', path: '/spec/selector', value: { app: 'mine' } },
      ],
    ],
  ])('is not put back where the record is about %s', async (_, undo) => {
    const object = { namespace: 'shop', kind: 'service', name: 'db' }
    const record = { id: 'x', fault: 'network-latency', object, what: '', undo }
    server.put(`${LEASES}/x`, {
      metadata: { labels: { 'firedrill.dev/undo': 'x' }, annotations: { [UNDO_ANNOTATION]: JSON.stringify(record) } },
      spec: {},
    })
    const [left] = await leftIn(server.cluster(), 'shop')
    expect(left).toMatchObject({ lease: 'x', record: undefined })
  })
})
