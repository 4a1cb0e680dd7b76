import type { BusyProcess } from './busy-process.ts'
import type { MachineReading, ProcessTimes } from './read-machine.ts'

/** How a machine's time was used between two readings. */
export interface MachineUsage {
  forMs: number
  /** Time in which at least one task waited for a core; null where the kernel does not measure it. */
  stalledMs: number | null
  /** Null where there is no /proc. CPU time over all cores. */
  cpu: {
    cores: number
    oursMs: number
    /** Of all other processes, also those that cannot be seen from here. */
    othersMs: number
    /** Taken by the host of a virtual machine. */
    stolenMs: number
  } | null
  /** The other processes that used most, the busiest first. */
  others: BusyProcess[]
}

/** A process that took less than this, in cores, is not worth its line. */
const NOTABLE_CORES = 0.05
const MOST_OTHERS = 5

/** Pure. `isOurs` selects the processes of a reading that belong to the system under drill or to the run. */
export function usageBetween(
  before: MachineReading,
  after: MachineReading,
  oursIn: (reading: MachineReading) => ReadonlySet<number>,
): MachineUsage {
  const forMs = Math.max(1, after.atMs - before.atMs)
  const ours = oursIn(after)
  const stalledMs = minus(after.stalledMs, before.stalledMs)
  if (before.cpu === null || after.cpu === null) return { forMs, stalledMs, cpu: null, others: [] }
  const busyMs = after.cpu.busyMs - before.cpu.busyMs
  // What has ended is in the account of its parent from then on.
  const oursMs = clamp(sumOf(after, ours) - sumOf(before, oursIn(before)), busyMs)
  return {
    forMs,
    stalledMs,
    cpu: {
      cores: after.cpu.cores,
      oursMs,
      othersMs: busyMs - oursMs,
      stolenMs: after.cpu.stolenMs - before.cpu.stolenMs,
    },
    others: busiest({ before, after, forMs }, ours),
  }
}

/** The processes with these pids, and all that descends from them. */
export function familyOf(processes: readonly ProcessTimes[], roots: ReadonlySet<number>): Set<number> {
  const children = new Map<number, number[]>()
  for (const { pid, parent } of processes) children.set(parent, [...(children.get(parent) ?? []), pid])
  const family = new Set(roots)
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child)
  return family
}

function busiest(
  { before, after, forMs }: { before: MachineReading; after: MachineReading; forMs: number },
  ours: ReadonlySet<number>,
): BusyProcess[] {
  const ownBefore = new Map(before.processes.map((process) => [identityOf(process), process.ownMs]))
  return after.processes
    .filter(({ pid }) => !ours.has(pid))
    .map((process) => ({
      pid: process.pid,
      name: process.name,
      cores: (process.ownMs - (ownBefore.get(identityOf(process)) ?? 0)) / forMs,
    }))
    .filter(({ cores }) => cores >= NOTABLE_CORES)
    .sort((a, b) => b.cores - a.cores)
    .slice(0, MOST_OTHERS)
}

function identityOf({ pid, startedTick }: ProcessTimes): string {
  return `${pid}@${startedTick}`
}

function sumOf({ processes }: MachineReading, pids: ReadonlySet<number>): number {
  return processes.reduce((sum, { pid, ownMs, endedMs }) => (pids.has(pid) ? sum + ownMs + endedMs : sum), 0)
}

function minus(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : Math.max(0, after - before)
}

function clamp(ms: number, most: number): number {
  return Math.min(Math.max(0, ms), most)
}
