import { readFileSync } from 'node:fs'

/** What a process has in memory, by /proc; `undefined` when it has ended, and on systems other than Linux. */
export function processMemory(pid: number): ProcessMemory | undefined {
  try {
    return memoryIn(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return undefined
  }
}

export interface ProcessMemory {
  residentBytes: number
  /** Of it what the process shares with no other. */
  privateBytes: number
}

/** Of /proc/PID/status, which has kibibytes. Pure. */
export function memoryIn(status: string): ProcessMemory {
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1_024
  return { residentBytes: bytes('VmRSS'), privateBytes: bytes('RssAnon') }
}
