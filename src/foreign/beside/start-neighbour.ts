import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Neighbour, NeighbourWork } from '../../faults/beside.ts'
import { faultErrors } from '../../faults/errors.ts'
import { heldWithinMs } from '../../faults/lease.ts'

/** Starts a process of ours beside a target. */

/** How long a program may take to report, in milliseconds: gigabytes are written at the speed of the memory. */
const REPORTS_WITHIN_MS = 30_000
/** How long the kernel may take to free what a process that was killed has held, in milliseconds. */
const ENDS_WITHIN_MS = 5_000
/** Characters of its output that are kept for the reason why it ended. */
const KEPT = 2_000

/** The exit code of a program whose target has ended. */
const TARGET_ENDED = 3
/** How often the program looks whether its target still runs, in milliseconds. */
const LOOK_MS = 50

/**
 * The process waits for a first byte, so that it takes nothing before it is in its place. It ends when the pipe from its parent
 * is closed, which the kernel does also when the parent is killed, when its time is over, and with its target: what a target takes, too,
 * ends with it, and an engine cannot remove the cgroup of a container while a process is in it. The oom killer prefers it to all others.
 */
const sourceOf = (program: string) => `
  const { readFileSync, writeFileSync, writeSync } = require('node:fs')
  const leave = () => process.exit(0)
  const { data, forMs, target } = JSON.parse(process.argv[1])
  const report = (value) => writeSync(1, JSON.stringify(value) + '\\n')
  process.stdin.on('end', leave).on('error', leave)
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {}
  const lifeOfTarget = () => {
    try {
      const stat = readFileSync('/proc/' + target + '/stat', 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
    } catch {}
  }
  const life = lifeOfTarget()
  if (process.platform === 'linux')
    setInterval(() => {
      if (life === undefined || lifeOfTarget() !== life) process.exit(${TARGET_ENDED})
    }, ${LOOK_MS})
  process.stdin.once('data', () => {
    setTimeout(leave, forMs)
    ${program}
  })`

/**
 * Starts the program in a process beside the target.
 * @param target pid of the target, with which the process ends
 * @param place moves the process to where it belongs, before the program begins, and returns where that is, for people. What it
 * throws refuses the fault.
 * @throws FD_FAULT_REFUSED, the signal's reason
 */
export async function startNeighbour(
  { program, data, forMs, signal }: NeighbourWork,
  { target, place }: { target: number; place: (pid: number) => string },
): Promise<Neighbour> {
  signal.throwIfAborted()
  const argument = JSON.stringify({ data, forMs: heldWithinMs(forMs), target })
  const child = spawn(process.execPath, ['-e', sourceOf(program), argument], { stdio: 'pipe', env: {} })
  let [output, reported] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-KEPT)
  })
  child.stdin.on('error', () => undefined)
  let isGone: string | undefined
  const gone = new Promise<void>((resolve) => {
    const end = (how: string) => {
      isGone ??= how
      resolve()
    }
    child.once('error', (error) => end(messageOf(error)))
    child.once('exit', (code, by) => end(howEnded(code, by, target)))
  })
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  const end = async () => {
    kill()
    await within(ENDS_WITHIN_MS, gone)
  }
  const report = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (reported.includes('\n')) return
      reported += text
      if (reported.includes('\n')) resolve()
    })
  })
  try {
    await Promise.race([once(child, 'spawn'), gone])
    const { pid } = child
    if (pid === undefined) throw refused(isGone ?? 'it has no pid')
    signal.throwIfAborted()
    const where = place(pid)
    const begunAtMs = Date.now()
    child.stdin.write('\n')
    await within(REPORTS_WITHIN_MS, Promise.race([report, gone]))
    signal.throwIfAborted()
    if (!reported.includes('\n')) throw refused(`${isGone ?? 'it did not report in time'} ${output}`.trim())
    return { pid, where, begunAtMs, firstReport: JSON.parse(reported) as unknown, ended: () => isGone, end }
  } catch (error) {
    await end()
    throw error
  }
}

function howEnded(code: number | null, by: NodeJS.Signals | null, target: number): string {
  if (code === TARGET_ENDED) return `pid ${target} has ended`
  return by === null ? `it ended with exit code ${code}` : `it was ended by ${by}`
}

async function within(ms: number, done: Promise<void>): Promise<void> {
  const waiting = new AbortController()
  await Promise.race([done, sleep(ms, waiting.signal).catch(() => undefined)])
  waiting.abort()
}

function refused(given: string) {
  return faultErrors.error('FD_FAULT_REFUSED', {
    message: 'the process beside the target, which the fault works through, did not begin',
    given,
  })
}
