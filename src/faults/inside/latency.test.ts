import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { latency } from './latency.ts'
import { TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const start = (params: Record<string, unknown>, seed = 1) =>
  latency.start(service, readParams(latency, params) as never, { ...injection, seed })

describe('latency', () => {
  it('delays every request by what was asked, proves it, and ends', async () => {
    const fault = await start({ delay: '900ms' })
    expect(fault.landing.landed).toBe(true)
    expect(fault.landing.proof).toMatch(/^a probe took (9\d\d ms|[\d.]+ s), without the fault \d+ ms$/)
    const { tookMs, status } = await service.get('/items/a')
    expect(status).toBe(200)
    expect(tookMs).toBeGreaterThanOrEqual(899)
    expect(await fault.undo()).toMatchObject({
      changed: true,
      detail: expect.stringContaining('touched 1 of 1 requests'),
    })
    expect((await service.get('/items/a')).tookMs).toBeLessThan(899)
  })

  it('is seen by the metrics of the service', async () => {
    const series = 'http_request_duration_seconds_bucket{method="GET",route="/raw",le="0.1"}'
    const before = await service.metric(series)
    const fault = await start({ delay: '150ms', route: '/raw' })
    await service.get('/raw')
    await fault.undo()
    expect(await service.metric(series)).toBe(before)
    await service.get('/raw')
    expect(await service.metric(series)).toBe(before + 1)
  })

  it('leaves probes, other routes and other methods alone', async () => {
    const fault = await start({ delay: '1500ms', route: '/items*', method: 'GET' })
    for (const path of ['/health', '/ready', '/metrics', '/raw'])
      expect((await service.get(path)).tookMs).toBeLessThan(1_499)
    const post = await service.request({ method: 'POST', path: '/items', body: { key: 'k', value: 'v' } })
    expect(post).toMatchObject({ status: 201, body: '{"key":"k","value":"v"}' })
    expect(post.tookMs).toBeLessThan(1_499)
    await fault.undo()
  })

  it('touches a share of the requests, the same ones for the same seed', async () => {
    const touched: boolean[][] = []
    for (const seed of [7, 7, 8]) {
      const fault = await start({ delay: '150ms', share: '50%', route: '/raw' }, seed)
      const slow: boolean[] = []
      for (let n = 0; n < 16; n++) slow.push((await service.get('/raw')).tookMs >= 149)
      touched.push(slow)
      await fault.undo()
    }
    expect(touched[0]).toEqual(touched[1])
    expect(touched[0]).not.toEqual(touched[2])
    const count = touched[0]?.filter(Boolean).length ?? 0
    expect(count).toBeGreaterThan(2)
    expect(count).toBeLessThan(14)
  })

  it.each(['normal', 'exponential', 'pareto'])('draws from the distribution %s', async (distribution) => {
    const fault = await start({ delay: '40ms', jitter: '10ms', distribution, route: '/raw' })
    expect(fault.landing.landed).toBe(true)
    const times: number[] = []
    for (let n = 0; n < 8; n++) times.push((await service.get('/raw')).tookMs)
    await fault.undo()
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(5)
  })

  it('refuses a route that the target does not have, and does nothing', async () => {
    await expect(start({ route: '/nothing' })).rejects.toMatchObject({
      code: 'FD_FAULT_NO_ROUTE',
      details: { expected: expect.stringContaining('GET /items/:key'), given: '* /nothing' },
    })
    expect(JSON.parse((await service.get('/faults')).body)).toEqual({ faults: [] })
  })
})
