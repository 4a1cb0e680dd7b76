import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { error } from './error.ts'
import { TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('error', () => {
  it('answers with the status as a problem, counted by the metrics, and the handler is not called', async () => {
    const fault = await error.start(service, readParams(error, { status: 503 }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: 'a probe was answered 503' })
    const { handled } = service
    const series = 'http_requests_total{method="GET",route="/items/:key",status="503"}'
    const { status, body } = await service.get('/items/a')
    expect(status).toBe(503)
    expect(JSON.parse(body)).toMatchObject({ code: 'FD_FAULT_INJECTED', status: 503 })
    expect(service.handled).toBe(handled)
    expect(await service.metric(series)).toBe(1)
    await fault.undo()
    expect((await service.get('/items/a')).status).toBe(200)
  })

  it('fails about the share that was asked', async () => {
    const fault = await error.start(service, readParams(error, { share: '20%', route: '/raw' }) as never, injection)
    // A few at a time: the service holds the fault by a lease, which a burst on a busy machine would keep from being renewed.
    const answers: Awaited<ReturnType<TestService['get']>>[] = []
    while (answers.length < 300) {
      await fault.renew?.()
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => service.get('/raw')))))
    }
    const failed = answers.filter(({ status }) => status === 500).length
    await fault.undo()
    expect(failed).toBeGreaterThan(35)
    expect(failed).toBeLessThan(90)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(300 - failed)
  })
})
