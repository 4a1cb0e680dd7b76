import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const VARIABLE = 'FIREDRILL_STACK'

/** What each process of a stack has in its environment, and with it all that it starts: whose it is. */
export function markOf(stackId: string): Record<string, string> {
  return { [VARIABLE]: stackId }
}

/** Whether a process was started with the mark of this stack. What cannot be looked at has none. */
export function isMarked(pid: number, stackId: string): boolean {
  const mark = `${VARIABLE}=${stackId}`
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)
    // The environment stands behind the command, separated by blanks.
    const { stdout } = spawnSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout.split(/\s/).includes(mark)
  } catch {
    return false
  }
}
