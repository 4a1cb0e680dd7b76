import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { hostMemory } from './host-memory.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

const MIB = 1024 ** 2
const memory = (name: string) =>
  Number(new RegExp(`${name}: +(\\d+) kB`).exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1_024
const start = (leave: string) => hostMemory.start(service, readParams(hostMemory, { leave }) as never, injection)

/** How many processes there are that this one has started and that the kernel ends first. */
function takers(): number {
  const found = readdirSync('/proc').filter((pid) => {
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
      return parent === String(process.pid) && readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim() === '1000'
    } catch {
      return false
    }
  })
  return found.length
}

describe('host-memory', () => {
  it("takes the machine's memory down to a share, in a process that is ended first, and gives it back", async () => {
    const before = memory('Shmem')
    // Much, because others on this machine take and give, too.
    const leave = (100 * (memory('MemAvailable') - 1_024 * MIB)) / memory('MemTotal')
    const fault = await start(`${Math.floor(leave)}%`)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('are available') })
    expect(memory('Shmem') - before).toBeGreaterThan(400 * MIB)
    expect(takers()).toBe(1)
    expect(await fault.undo()).toMatchObject({ changed: true })
    // The kernel needs a while to free gigabytes, and the end of the fault waits only for the first second of it.
    await vi.waitFor(
      () => {
        expect(takers()).toBe(0)
        expect(memory('Shmem') - before).toBeLessThan(400 * MIB)
      },
      { timeout: 20_000 },
    )
  })

  it('leaves at least a twentieth', () => {
    expect(() => start('4%')).toThrow('from 5% to 99%')
  })
})
