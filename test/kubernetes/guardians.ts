import { readdirSync, readFileSync } from 'node:fs'

/** Pids of the guardians of runs with that state folder. */
export function guardiansOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      const line = commandLine(pid)
      return line.includes('guardian-main') && line.includes(folder)
    })
    .map(Number)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
