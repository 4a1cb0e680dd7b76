import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { notReady } from './not-ready.ts'
import { TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('not-ready', () => {
  it('answers GET /ready with 503 while everything else goes on', async () => {
    const fault = await notReady.start(service, {}, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: 'GET /ready was answered 503' })
    expect((await service.get('/ready')).status).toBe(503)
    for (const path of ['/health', '/metrics', '/items/a']) expect((await service.get(path)).status).toBe(200)
    await fault.undo()
    expect((await service.get('/ready')).status).toBe(200)
  })
})
