import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { allPids, statOf } from '../../base/system/process.ts'

/** Reads from /proc how busy this machine is. */

/** The unit of times in /proc, in milliseconds: the kernel shows 100 ticks a second, whatever its own clock is. */
const TICK_MS = 10

/** How many processes are read at once: for about a millisecond this process does nothing else. */
const AT_ONCE = 40

/** Reads /proc in pieces: the process that reads measures times as well. */
export async function readMachine(): Promise<MachineReading> {
  const atMs = Date.now()
  const stalledMs = stalledIn(contentOf('/proc/pressure/cpu'))
  const cpu = cpuIn(contentOf('/proc/stat'))
  const processes: ProcessTimes[] = []
  for (const [index, pid] of allPids().entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
    const process = processOf(pid)
    if (process !== undefined) processes.push(process)
  }
  return { atMs, stalledMs, cpu, processes }
}

/** Of `some avg10=0.00 avg60=0.00 avg300=0.00 total=1234`, in microseconds there. */
export function stalledIn(pressure: string | undefined): number | null {
  const total = /^some .*\btotal=(\d+)/m.exec(pressure ?? '')?.[1]
  return total === undefined ? null : Number(total) / 1_000
}

/** Of `cpu user nice system idle iowait irq softirq steal`. Interrupts are left out: they belong to no process. */
export function cpuIn(stat: string | undefined): MachineReading['cpu'] {
  const [all = '', ...lines] = stat?.split('\n') ?? []
  const [name, user = 0, nice = 0, system = 0, , , , , stolen = 0] = all
    .split(/\s+/)
    .map((field, n) => (n === 0 ? field : Number(field)))
  if (name !== 'cpu') return null
  const cores = lines.filter((line) => /^cpu\d/.test(line)).length
  return { cores, busyMs: (Number(user) + Number(nice) + Number(system)) * TICK_MS, stolenMs: Number(stolen) * TICK_MS }
}

function processOf(pid: number): ProcessTimes | undefined {
  const stat = statOf(pid)
  if (stat === undefined) return undefined
  const at = (index: number) => Number(stat.fields[index])
  const [ownMs, endedMs] = [(at(11) + at(12)) * TICK_MS, (at(13) + at(14)) * TICK_MS]
  return { pid, parent: at(1), name: stat.name, startedTick: at(19), ownMs, endedMs }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** CPU time of a process since its start, in milliseconds. */
export interface ProcessTimes {
  pid: number
  parent: number
  /** As the kernel knows it: at most 15 characters. */
  name: string
  /** Distinguishes processes that have had the same pid; grows with time. */
  startedTick: number
  ownMs: number
  /** Of its children that have ended, and of theirs. */
  endedMs: number
}

/** What the kernel counts of this machine, at one moment. */
export interface MachineReading {
  atMs: number
  /** Time since boot in which at least one task waited for a core, in milliseconds; null where the kernel does not measure it. */
  stalledMs: number | null
  /** CPU time over all cores since boot, in milliseconds; null where there is no /proc. */
  cpu: { cores: number; busyMs: number; stolenMs: number } | null
  processes: readonly ProcessTimes[]
}
