import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { cpu } from './cpu.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('cpu', () => {
  it('burns CPU time in threads of the service, by the account of the kernel', async () => {
    const fault = await cpu.start(service, readParams(cpu, { duty: '50%' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true })
    // How much it is depends on what else the machine does; test/drills/faults.test.ts measures it in the service's own metrics.
    expect(fault.landing.proof).toMatch(
      /^the threads burnt \d\.\d\d CPU seconds in \d\.\d\d s, \d\.\d\d of them asked for, and waited \d\.\d\d s/,
    )
    expect(await fault.undo()).toMatchObject({ changed: true })
  })

  it('leaves the event loop to the service', async () => {
    const fault = await cpu.start(service, readParams(cpu, { workers: 1, duty: '100%' }) as never, injection)
    expect(await service.quickestMs('/items/a')).toBeLessThan(2_000)
    await fault.undo()
  })
})
