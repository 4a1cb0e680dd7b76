import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { slowBody } from './slow-body.ts'
import { ITEM, TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const start = (rate: string) => slowBody.start(service, readParams(slowBody, { rate }) as never, injection)

describe('slow-body', () => {
  it('sends the whole body unchanged at the rate that was asked', async () => {
    const fault = await start('500B/s')
    expect(fault.landing.landed).toBe(true)
    const { status, body, tookMs } = await service.get('/items/a')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual(ITEM)
    const askedMs = (body.length / 500) * 1_000
    expect(tookMs).toBeGreaterThan(askedMs * 0.85)
    await fault.undo()
    expect(await service.quickestMs('/items/a')).toBeLessThan(askedMs * 0.85)
  })

  it('sends the rest of what is under way at once when it ends', async () => {
    const fault = await start('50B/s')
    const slow = service.get('/items/a')
    await fault.undo()
    const { body, tookMs } = await slow
    expect(JSON.parse(body)).toEqual(ITEM)
    expect(tookMs).toBeLessThan(4_000)
  })
})
