import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { abort } from './abort.ts'
import { TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('abort', () => {
  it('cuts the connection without an answer, and nothing stays in flight', async () => {
    const fault = await abort.start(service, readParams(abort, { route: '/items*' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true })
    expect(fault.landing.proof).toMatch(/^the connection of a probe was cut/)
    expect((await service.get('/items/a')).status).toBe(0)
    expect((await service.get('/raw')).status).toBe(200)
    await fault.undo()
    expect((await service.get('/items/a')).status).toBe(200)
    expect(await service.metric('http_requests_in_flight{method="GET",route="/items/:key"}')).toBe(0)
  })
})
