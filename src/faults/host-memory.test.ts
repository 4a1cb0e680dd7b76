import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
const bytes = (file: string, name: string) =>
  Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(file, 'utf8'))?.[1]) * 1_024
const start = (leave: string) => hostMemory.start(service, readParams(hostMemory, { leave }) as never, injection)

/** Resident bytes of the processes that this one has started and that the kernel ends first. */
function takers(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
      if (parent !== String(process.pid)) return []
      const isFirst = readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim() === '1000'
      return isFirst ? [bytes(`/proc/${pid}/status`, 'VmRSS')] : []
    } catch {
      return []
    }
  })
}

describe('host-memory', () => {
  it("takes the machine's memory down to a share, in a process that is ended first, and gives it back", async () => {
    // Much, because others on this machine take and give, too.
    const leave = (100 * (bytes('/proc/meminfo', 'MemAvailable') - 1_024 * MIB)) / bytes('/proc/meminfo', 'MemTotal')
    const fault = await start(`${Math.floor(leave)}%`)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringContaining('are available') })
    const [resident, ...more] = takers()
    expect(resident).toBeGreaterThan(300 * MIB)
    expect(more).toEqual([])
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(takers()).toEqual([])
  })

  it('leaves at least a twentieth', () => {
    expect(() => start('4%')).toThrow('from 5% to 99%')
  })
})
