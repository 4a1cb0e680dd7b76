import { readFileSync } from 'node:fs'

/** When a process was started. */

/** Ticks a second of the times in /proc: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** When a process began, in epoch milliseconds, to a hundredth of a second; `undefined` where the system does not report it. */
export function startedAtMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    const upSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    const startedMs = Date.now() - (upSeconds - ticks / TICKS_PER_SECOND) * 1_000
    return Number.isFinite(startedMs) ? startedMs : undefined
  } catch {
    return undefined
  }
}
