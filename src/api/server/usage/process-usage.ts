import { freemem, totalmem } from 'node:os'
import { sleep } from '../../../base/wait.ts'
import { familyOf } from '../../../probes/machine/machine-usage.ts'
import { processMemory } from '../../../probes/machine/process-memory.ts'
import { type MachineReading, type ProcessTimes, readMachine } from '../../../probes/machine/read-machine.ts'
import type { UsageView } from '../../contract.ts'

/** What processes of this machine use, from /proc. */

/** Two readings that are further apart would show what was, not what is. */
const STALE_MS = 20_000
/** Pause before the second reading when nobody has asked for a while. */
const FIRST_PAUSE_MS = 200
/** The memory of at most this many processes of a replica is read: PostgreSQL has one for each connection. */
const MOST_PROCESSES = 300

/** Measures from one reading of /proc to the next. Linux only. */
export class ProcessUsage {
  #last: MachineReading | undefined

  /** What the processes of these pids use, each with all that it has started, by the names that were passed in. */
  async read(pids: ReadonlyMap<string, number>): Promise<{ machine: UsageView['machine']; used: Map<string, Used> }> {
    if (this.#last === undefined || Date.now() - this.#last.atMs > STALE_MS) {
      this.#last = await readMachine()
      await sleep(FIRST_PAUSE_MS)
    }
    const [before, after] = [this.#last, await readMachine()]
    this.#last = after
    const used = new Map<string, Used>()
    for (const [name, pid] of pids) {
      const family = familyOf(after.processes, new Set([pid]))
      used.set(name, { cpuCores: coresOf(pid, before, after), memoryBytes: memoryOf(pid, family) })
    }
    return { machine: machineOf(before, after), used }
  }
}

export interface Used {
  cpuCores: number | null
  memoryBytes: number | null
}

/** CPU seconds a second of a process and its descendants between two readings; null when it has ended. Pure. */
export function coresOf(pid: number, before: MachineReading, after: MachineReading): number | null {
  const root = find(after, pid)
  if (root === undefined) return null
  const rootBefore = find(before, pid)
  // Pids are reused: what another process with this pid has used does not count.
  const isSame = rootBefore?.startedTick === root.startedTick
  const usedMs = totalMs(after, pid) - (isSame ? totalMs(before, pid) : 0)
  return Math.max(0, usedMs) / Math.max(1, after.atMs - before.atMs)
}

function find({ processes }: MachineReading, pid: number): ProcessTimes | undefined {
  return processes.find((process) => process.pid === pid)
}

/** With the children that have ended: their time has gone over to their parent. */
function totalMs({ processes }: MachineReading, pid: number): number {
  const family = familyOf(processes, new Set([pid]))
  return processes.reduce((sum, { pid, ownMs, endedMs }) => (family.has(pid) ? sum + ownMs + endedMs : sum), 0)
}

function machineOf(before: MachineReading, after: MachineReading): UsageView['machine'] {
  if (before.cpu === null || after.cpu === null) return null
  return {
    cores: after.cpu.cores,
    busyCores: Math.max(0, after.cpu.busyMs - before.cpu.busyMs) / Math.max(1, after.atMs - before.atMs),
    memoryBytes: totalmem(),
    // Newer than the oldest Node we run on.
    freeBytes: (process as { availableMemory?: () => number }).availableMemory?.call(process) ?? freemem(),
  }
}

/** Of the first process all that is resident; of the others only what they do not share with it. */
function memoryOf(pid: number, family: ReadonlySet<number>): number | null {
  const own = processMemory(pid)?.residentBytes
  if (own === undefined) return null
  const others = [...family].filter((one) => one !== pid).slice(0, MOST_PROCESSES)
  return others.reduce((sum, one) => sum + (processMemory(one)?.privateBytes ?? 0), own)
}
