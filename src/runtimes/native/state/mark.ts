import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The mark of a stack in the environment of its processes. */

const VARIABLE = 'FIREDRILL_STACK'

/** A variable in the environment of each process of a stack and of all processes that it starts: it names the stack. */
export function markOf(stackId: string): Record<string, string> {
  return { [VARIABLE]: stackId }
}

/** Whether a process was started with the mark of this stack. A process that cannot be inspected has none. */
export function isMarked(pid: number, stackId: string): boolean {
  const mark = `${VARIABLE}=${stackId}`
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)
    // The environment follows the command, separated by blanks.
    const { stdout } = spawnSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout.split(/\s/).includes(mark)
  } catch {
    return false
  }
}
