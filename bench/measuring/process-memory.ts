import { readFileSync } from 'node:fs'

/** Memory of a process of this machine, in megabytes. */
export interface ProcessMemory {
  /** All that is in memory for it, also what it shares with others: each of them counts it in full. */
  resident: number
  /** The same, but of what is shared only its share (PSS): the sum over all processes is what they take. */
  pss: number
  /** What goes with it when it ends. */
  own: number
}

export function processMemory(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const of = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1_024) / 1e6
  return { resident: of('Rss'), pss: of('Pss'), own: of('Private_Clean') + of('Private_Dirty') }
}
