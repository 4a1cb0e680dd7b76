import { describe, expect, it } from 'vitest'
import { cpuIn, readMachine, stalledIn } from './read-machine.ts'

describe('readMachine', () => {
  it.runIf(process.platform === 'linux')('finds this process with its name, its parent and its CPU time', async () => {
    const { processes, cpu } = await readMachine()
    const own = processes.find(({ pid }) => pid === process.pid)
    const { user, system } = process.cpuUsage()
    expect(own?.parent).toBe(process.ppid)
    expect(own?.name).not.toBe('')
    expect(own?.ownMs).toBeGreaterThan((user + system) / 1_000 - 500)
    expect(own?.ownMs).toBeLessThanOrEqual((user + system) / 1_000 + 20)
    expect(cpu?.cores).toBeGreaterThan(0)
    expect(cpu?.busyMs).toBeGreaterThan(own?.ownMs ?? 0)
  })
})

describe('stalledIn', () => {
  it('reads how long at least one task waited for a core', () => {
    const text =
      'some avg10=6.25 avg60=12.56 avg300=14.83 total=6672738294\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=12\n'
    expect(stalledIn(text)).toBe(6_672_738.294)
  })

  it.each([
    ['a kernel without the file', undefined],
    ['a file without a total', 'some avg10=0.00\n'],
    ['a file of something else', 'total=1\n'],
  ])('does not know it of %s', (_, text) => {
    expect(stalledIn(text)).toBeNull()
  })
})

describe('cpuIn', () => {
  it('counts the cores, the time of programs and the time that the host took', () => {
    const text =
      'cpu  100 20 30 4000 50 6 7 8 0 0\ncpu0 50 10 15 2000 25 3 3 4 0 0\ncpu1 50 10 15 2000 25 3 4 4 0 0\nintr 1\n'
    expect(cpuIn(text)).toEqual({ cores: 2, busyMs: 1_500, stolenMs: 80 })
  })

  it('does not know it where there is no such file', () => {
    expect(cpuIn(undefined)).toBeNull()
    expect(cpuIn('nothing\n')).toBeNull()
  })
})
