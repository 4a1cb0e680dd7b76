import { totalmem } from 'node:os'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { memory, takeMemory } from './memory.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const MIB = 1024 ** 2

describe('memory', () => {
  it('takes resident memory and gives it back', async () => {
    const before = process.memoryUsage.rss()
    const fault = await memory.start(service, readParams(memory, { size: '200MiB' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('resident memory grew by') })
    expect(process.memoryUsage.rss() - before).toBeGreaterThan(180 * MIB)
    await fault.undo()
    await vi.waitFor(() => expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB), { timeout: 20_000 })
  })

  it('takes nothing when others have left too little of the memory meanwhile', async () => {
    const before = process.memoryUsage.rss()
    // More than can be free, also when other programs free some.
    expect(await takeMemory(256 * MIB, 2 * totalmem(), new AbortController().signal)).toBeUndefined()
    await vi.waitFor(() => expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MIB), { timeout: 20_000 })
  })

  it('does not land when it asks for more than there is', async ({ onTestFinished }) => {
    const hasOneGib = vi.spyOn(process, 'availableMemory').mockReturnValue(1_024 * MIB)
    onTestFinished(() => hasOneGib.mockRestore())
    const fault = await memory.start(service, readParams(memory, { size: '64GiB' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: false, proof: expect.stringContaining('of the free memory') })
    await fault.undo()
  })
})
