import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { type Landing, landed, notLanded, type RunningFault, type Subject, type Undone } from '../fault.ts'

/** Proof and undo that the faults on processes share. */

/** How long a killed process may take to be gone. SIGKILL takes effect at the next scheduling; SIGTERM asks for a graceful stop. */
const GONE_WITHIN_MS = 5_000

/** Proof that the replica no longer has the process with that pid. */
export function untilGone(subject: Subject, pid: number, after: string): Promise<Landing> {
  return waitUntil(async () => (subject.pid() === pid ? notYet(`pid ${pid} still runs`) : done(`pid ${pid} is gone`)), {
    what: `${subject.replica} to end after ${after}`,
    timeoutMs: GONE_WITHIN_MS,
    intervalMs: 2,
  }).then(landed, () => notLanded(`pid ${pid} still ran ${formatDuration(GONE_WITHIN_MS)} after ${after}`))
}

/** A fault whose process does not run: nothing was done, and so nothing is put back. */
export function wasNotRunning({ replica }: Subject): RunningFault {
  return {
    injectedAtMs: Date.now(),
    landing: notLanded(`${replica} was not running`),
    undo: async () => ({ changed: false, detail: `${replica} was not running, and nothing was done to it` }),
  }
}

/** Starts the replica unless it runs already. */
export async function startIfDown(subject: Subject): Promise<Undone> {
  const { replica } = subject
  if (subject.pid() !== undefined) return { changed: false, detail: `${replica} runs` }
  if (subject.state() === undefined) return { changed: false, detail: `${replica} was scaled away` }
  await subject.start()
  return { changed: true, detail: `started ${replica}, which nobody had repaired` }
}

/** The same after a crash: a replica that another fault or a person has stopped since then stays stopped. */
export async function startIfCrashed(subject: Subject): Promise<Undone> {
  if (subject.state() !== 'stopped') return startIfDown(subject)
  return { changed: false, detail: `${subject.replica} was stopped since` }
}
