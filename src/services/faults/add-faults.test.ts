import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHttpServer } from '../../base/http/http-server.ts'
import { TestService } from '../../faults/inside/test-service.ts'
import { addFaults } from './add-faults.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const body = (changes: object = {}) => ({
  fault: 'error',
  params: {},
  leaseMs: 60_000,
  forMs: 60_000,
  seed: 1,
  ...changes,
})
const put = (id: string, changes: object = {}) =>
  service.request({ method: 'PUT', path: `/faults/${id}`, body: body(changes) })
const renew = (id: string) => service.request({ method: 'POST', path: `/faults/${id}/renew`, body: {} })
const end = (id: string) => service.request({ method: 'DELETE', path: `/faults/${id}` })
const list = async () => (JSON.parse((await service.get('/faults')).body) as { faults: { id: string }[] }).faults
const untilEnded = () => vi.waitFor(async () => expect(await list()).toEqual([]), { timeout: 20_000, interval: 20 })

describe('faults inside a service', () => {
  it('are taken from nobody without the token', async () => {
    for (const [method, path] of [
      ['GET', '/faults'],
      ['PUT', '/faults/1'],
      ['POST', '/faults/1/renew'],
      ['DELETE', '/faults/1'],
      ['GET', '/faults/1/probe'],
    ] as const) {
      const { status } = await service.request({ method, path, ...(method === 'GET' ? {} : { body: body() }) }, 'wrong')
      expect(status, `${method} ${path}`).toBe(401)
    }
    expect(await list()).toEqual([])
  })

  it('are not there at all when no token is set', async () => {
    const app = createHttpServer({ logger: pino({ level: 'silent' }) })
    addFaults(app, undefined, { logger: pino({ level: 'silent' }) })
    expect((await app.inject({ method: 'PUT', url: '/faults/1', payload: body() })).statusCode).toBe(404)
    expect(app.hasRoute({ method: 'GET', url: '/faults' })).toBe(false)
    await app.close()
  })

  it('end by themselves when nobody renews their lease, and not while somebody does', async () => {
    expect((await put('lease-1', { leaseMs: 1_500 })).status).toBe(200)
    let renewedMs = 0
    for (let n = 0; n < 3; n++) {
      await new Promise((resolve) => setTimeout(resolve, 600))
      renewedMs = performance.now()
      expect((await renew('lease-1')).status).toBe(200)
    }
    expect((await service.get('/raw')).status).toBe(500)
    await untilEnded()
    expect(performance.now() - renewedMs).toBeGreaterThan(1_490)
    expect((await service.get('/raw')).status).toBe(200)
    expect((await renew('lease-1')).status).toBe(404)
    expect((await end('lease-1')).status).toBe(404)
  })

  it('end when their time is over, however often they are renewed', async () => {
    await put('time-1', { forMs: 200, leaseMs: 60_000 })
    const startedMs = performance.now()
    await vi.waitFor(async () => expect((await renew('time-1')).status).toBe(404), { timeout: 20_000, interval: 20 })
    expect(performance.now() - startedMs).toBeLessThan(30_000)
  })

  it('act together, each until its own end', async () => {
    await put('a-1', { leaseMs: 60_000, fault: 'latency', params: { delay: '800ms' } })
    await put('b-1', { leaseMs: 60_000 })
    const both = await service.get('/raw')
    expect(both.status).toBe(500)
    expect(both.tookMs).toBeGreaterThanOrEqual(799)
    await end('a-1')
    const one = await service.get('/raw')
    expect(one.status).toBe(500)
    expect(one.tookMs).toBeLessThan(799)
    await end('b-1')
    expect((await service.get('/raw')).status).toBe(200)
  })

  it.each([
    ['an unknown fault', { fault: 'latancy' }, 422, 'FD_FAULT_UNKNOWN'],
    ['a fault that runs elsewhere', { fault: 'kill' }, 422, 'FD_FAULT_UNKNOWN'],
    ['wrong parameters', { params: { status: 200, share: '120%' } }, 422, 'FD_FAULT_PARAMS'],
    ['a body of another form', { leaseMs: 'long' }, 400, 'FD_HTTP_INVALID'],
  ])('refuse %s', async (_, changes, status, code) => {
    const answer = await put('x-1', changes)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({ code })
    expect(await list()).toEqual([])
  })

  it('refuse a second one of the same id', async () => {
    await put('same-1')
    expect((await put('same-1')).status).toBe(409)
    await end('same-1')
  })

  it('do not hold up the end of the service', async () => {
    const leaving = await TestService.start()
    await leaving.request({ method: 'PUT', path: '/faults/1', body: body({ leaseMs: 60_000 }) })
    const startedMs = performance.now()
    await leaving.remove()
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })
})
