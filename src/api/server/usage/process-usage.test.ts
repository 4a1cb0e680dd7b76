import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { MachineReading, ProcessTimes } from '../../../probes/machine/read-machine.ts'
import { coresOf, ProcessUsage } from './process-usage.ts'

const reading = (atMs: number, processes: readonly Partial<ProcessTimes>[]): MachineReading => ({
  atMs,
  stalledMs: null,
  cpu: null,
  processes: processes.map((process) => ({
    pid: 1,
    parent: 0,
    name: 'x',
    startedTick: 5,
    ownMs: 0,
    endedMs: 0,
    ...process,
  })),
})

describe('coresOf', () => {
  it('counts a process with its children', () => {
    const before = reading(0, [
      { pid: 10, ownMs: 100 },
      { pid: 11, parent: 10, ownMs: 1_000 },
    ])
    const after = reading(1_000, [
      { pid: 10, ownMs: 200 },
      { pid: 11, parent: 10, ownMs: 1_400 },
    ])
    expect(coresOf(10, before, after)).toBe(0.5)
  })

  it('counts a child that has ended in between once', () => {
    const before = reading(0, [
      { pid: 10, ownMs: 100 },
      { pid: 11, parent: 10, ownMs: 1_000 },
    ])
    const after = reading(1_000, [{ pid: 10, ownMs: 100, endedMs: 1_300 }])
    expect(coresOf(10, before, after)).toBe(0.3)
  })

  it('does not compare a process with another that had its pid before', () => {
    const before = reading(0, [{ pid: 10, ownMs: 90_000, startedTick: 1 }])
    const after = reading(1_000, [{ pid: 10, ownMs: 250, startedTick: 2 }])
    expect(coresOf(10, before, after)).toBe(0.25)
  })

  it('knows nothing of a process that has ended', () => {
    expect(coresOf(10, reading(0, [{ pid: 10 }]), reading(1_000, []))).toBeNull()
  })
})

it.runIf(process.platform === 'linux')('measures a process that is busy, and its memory', async () => {
  const busy = spawn(process.execPath, ['-e', 'process.stdout.write("."); for (;;);'])
  try {
    await once(busy.stdout, 'data')
    const usage = new ProcessUsage()
    const { machine, used } = await usage.read(new Map([['busy', busy.pid ?? 0]]))
    expect(used.get('busy')?.cpuCores).toBeGreaterThan(0.05)
    expect(used.get('busy')?.cpuCores).toBeLessThan(3)
    expect(used.get('busy')?.memoryBytes).toBeGreaterThan(10_000_000)
    expect(machine?.cores).toBeGreaterThan(0)
    expect(machine?.freeBytes).toBeLessThan(machine?.memoryBytes ?? 0)
  } finally {
    busy.kill('SIGKILL')
  }
})
