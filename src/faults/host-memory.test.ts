import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hostMemory } from './host-memory.ts'
import { readParams } from './params.ts'
import { TestService } from './test-service.ts'
import { injection } from './test-victim.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const MIB = 1024 ** 2
const memory = (name: 'MemTotal' | 'MemAvailable') =>
  Number(new RegExp(`${name}: +(\\d+) kB`).exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1_024
const start = (leave: string) => hostMemory.start(service, readParams(hostMemory, { leave }) as never, injection)

describe('host-memory', () => {
  it("takes the machine's memory down to a share, and gives it back", async () => {
    const before = memory('MemAvailable')
    const leave = Math.floor((100 * (before - 300 * MIB)) / memory('MemTotal'))
    const fault = await start(`${leave}%`)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('are available') })
    // Others on this machine take and give, too.
    expect(before - memory('MemAvailable')).toBeGreaterThan(150 * MIB)
    expect(await fault.undo()).toMatchObject({ changed: true })
    await vi.waitFor(() => expect(before - memory('MemAvailable')).toBeLessThan(150 * MIB), { timeout: 5_000 })
  })
})
