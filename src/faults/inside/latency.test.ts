import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HeldView } from '../lease.ts'
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

/** How many requests the fault has acted on. Renews its lease. */
async function touched(): Promise<number> {
  const { body } = await service.request({ method: 'POST', path: `/faults/${injection.id}/renew`, body: {} })
  return (JSON.parse(body) as HeldView).touched
}

describe('latency', () => {
  it('delays every request by what was asked, proves it, and ends', async () => {
    const fault = await start({ delay: '900ms' })
    expect(fault.landing.landed).toBe(true)
    expect(fault.landing.proof).toMatch(/^a probe took (9\d\d ms|[\d.]+ s), without the fault \d+ ms$/)
    await fault.renew?.()
    const { tookMs, status } = await service.get('/items/a')
    expect(status).toBe(200)
    expect(tookMs).toBeGreaterThanOrEqual(899)
    expect(await fault.undo()).toMatchObject({
      changed: true,
      detail: expect.stringContaining('touched 1 of 1 requests'),
    })
    expect(await service.quickestMs('/items/a')).toBeLessThan(899)
  })

  it('is seen by the metrics of the service', async () => {
    const series = 'http_request_duration_seconds_bucket{method="GET",route="/raw",le="0.1"}'
    const before = await service.metric(series)
    const fault = await start({ delay: '150ms', route: '/raw' })
    await service.get('/raw')
    await fault.undo()
    expect(await service.metric(series)).toBe(before)
    // A busy machine may be late with one.
    const ofNext = async () => {
      await service.get('/raw')
      return service.metric(series)
    }
    await expect.poll(ofNext).toBe(before + 1)
  })

  it('leaves probes, other routes and other methods alone', async () => {
    const fault = await start({ delay: '1500ms', route: '/items*', method: 'GET' })
    for (const path of ['/health', '/ready', '/metrics', '/raw'])
      expect(await service.quickestMs(path)).toBeLessThan(1_499)
    const post = await service.request({ method: 'POST', path: '/items', body: { key: 'k', value: 'v' } })
    expect(post).toMatchObject({ status: 201, body: '{"key":"k","value":"v"}' })
    expect(post.tookMs).toBeLessThan(1_499)
    await fault.undo()
  })

  it('touches a share of the requests, the same ones for the same seed', async () => {
    const ofSeeds: boolean[][] = []
    for (const seed of [7, 7, 8]) {
      const fault = await start({ delay: '150ms', share: '50%', route: '/raw' }, seed)
      const delayed: boolean[] = []
      const timesMs: { touched: number[]; passed: number[] } = { touched: [], passed: [] }
      for (let n = 0; n < 16; n++) {
        const before = await touched()
        const { tookMs } = await service.get('/raw')
        // Not by its time: a busy machine makes others slow, too.
        const isDelayed = (await touched()) > before
        delayed.push(isDelayed)
        timesMs[isDelayed ? 'touched' : 'passed'].push(tookMs)
      }
      expect(Math.min(...timesMs.touched)).toBeGreaterThanOrEqual(149)
      expect(Math.min(...timesMs.passed)).toBeLessThan(149)
      ofSeeds.push(delayed)
      await fault.undo()
    }
    expect(ofSeeds[0]).toEqual(ofSeeds[1])
    expect(ofSeeds[0]).not.toEqual(ofSeeds[2])
    const count = ofSeeds[0]?.filter(Boolean).length ?? 0
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
