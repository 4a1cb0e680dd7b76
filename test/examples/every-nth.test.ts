import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestService } from '../../src/faults/inside/test-service.ts'
import { readParams } from '../../src/faults/params.ts'
import { injection } from '../../src/faults/test-victim.ts'
import { everyNth } from './every-nth.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('every-nth', () => {
  it('fails every nth request until it ends', async () => {
    const params = readParams(everyNth, { n: 2 })
    // The service finds a fault in the map; this one is an example, and is handed over.
    service.adopt(everyNth)
    const fault = await everyNth.start(service, params as never, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: '2 probes were answered 200, 502' })
    expect([(await service.get('/raw')).status, (await service.get('/raw')).status]).toEqual([200, 502])
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect((await service.get('/raw')).status).toBe(200)
  })
})
