import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestApiServer } from '../../kubernetes/test-api-server.ts'
import { podActuator } from './pod-actuator.ts'

const pods = '/api/v1/namespaces/shop/pods'
const labels = { stack: 'part-of=firedrill', service: 'name' }

let server: TestApiServer
let now: number
beforeEach(async () => {
  server = await TestApiServer.start()
  now = Date.UTC(2026, 0, 2)
})
afterEach(() => server.close())

const actuator = () => podActuator(server.cluster(), { namespace: 'shop', labels, nowMs: () => now })
const putPod = (name: string, service: string, stack = 'firedrill') =>
  server.put(`${pods}/${name}`, {
    metadata: { labels: { name: service, 'part-of': stack } },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:10Z' }],
    },
  })

describe('podActuator', () => {
  it('has the pods of the stack by service, and asks for them twice a second at most', async () => {
    putPod('store-a-1', 'store')
    putPod('store-a-2', 'store')
    putPod('quotes-b-1', 'quotes')
    putPod('other-1', 'store', 'another')
    const under = actuator()
    const services = await under.services()
    expect([...services].map(([name, replicas]) => [name, replicas.map(({ id }) => id)])).toEqual([
      ['store', ['store-a-1', 'store-a-2']],
      ['quotes', ['quotes-b-1']],
    ])
    await under.services()
    expect(server.requests.length).toBe(1)
    now += 500
    await under.services()
    expect(server.requests.length).toBe(2)
  })

  it('hands out replicas that the caller may change', async () => {
    putPod('store-a-1', 'store')
    const under = actuator()
    const [replica] = (await under.services()).get('store') ?? []
    if (replica !== undefined) replica.sinceMs = 0
    expect((await under.services()).get('store')?.[0]?.sinceMs).toBe(Date.parse('2026-01-01T00:00:10Z'))
  })

  it('restarts a replica by deleting its pod, and looks again after it', async () => {
    putPod('store-a-1', 'store')
    const under = actuator()
    await under.services()
    await under.restart({ service: 'store', replica: 'store-a-1' })
    expect(server.objects.has(`${pods}/store-a-1`)).toBe(false)
    expect((await under.services()).size).toBe(0)
  })

  it('scales the deployment of a service', async () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments/worker'
    server.intercept = () => ({ status: 200, body: {} })
    await actuator().scale('worker', 3)
    expect(server.requests).toMatchObject([{ method: 'PATCH', path: `${path}/scale`, body: { spec: { replicas: 3 } } }])
  })

  it('says what it cannot do without control', async () => {
    await expect(actuator().configure('store', {})).rejects.toMatchObject({ code: 'FD_RESPONDER_NO_CONTROL' })
    await expect(actuator().clearFaults()).rejects.toMatchObject({ code: 'FD_RESPONDER_NO_CONTROL' })
  })
})
