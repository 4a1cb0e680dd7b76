import { defined } from '../../base/defined.ts'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { signalProcess } from '../../base/system/process.ts'
import { pollFor } from '../../base/wait.ts'
import { establish } from '../../runtimes/native/establish.ts'
import { type Halted, Lever } from '../../runtimes/native/state/lever.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { type UnderWay, underWay } from '../../runtimes/native/state/under-way.ts'
import { connectControl } from '../client/connect-control.ts'
import type { LiftView } from '../contract.ts'
import { findStack } from '../stack-files/control-file.ts'

/** Halts everything in a state folder, and ends the halt. */

/** Bounds in milliseconds: of control's answer, and of runs that are to end by themselves before they are killed. */
export const ANSWER_MS = 10_000
const END_MS = 10_000
/** A process that waits for a disk is not killed at once by the kernel. */
const KILLED_MS = 5_000
const LOOK_EVERY_MS = 20

/**
 * Halts everything in a state folder: first the file, which blocks and which every run watches; then control, which lifts; then it
 * waits until no run or load is left. Can be repeated at any time, and stays in force wherever it is interrupted.
 */
export async function haltAll(
  folder: StateFolder,
  why: string,
  { lever = new Lever(folder.path), endMs = END_MS }: { lever?: Lever; endMs?: number } = {},
): Promise<HaltReport> {
  const startedMs = performance.now()
  const sinceStart = () => Math.round(performance.now() - startedMs)
  const before = underWay(folder)
  const { halted, problems } = await writeHalt(folder, lever, why)
  const now = underWay(folder)
  // Also those that saw the file and ended while it was made durable.
  const all = [...new Map([...before, ...now].map((run) => [run.process.pid, run])).values()]
  // They cannot see a file that could not be written. A pid of a moment ago may be another process by now.
  if (!halted.durable) for (const { process: of } of now) signalProcess(of.pid, 'SIGTERM')
  const ending = waitForEnd(folder, all, { sinceStart, endMs })
  const { stack, lifted, problem } = await haltControl(folder, why)
  if (problem !== undefined) problems.push(problem)
  const ended = await ending
  return { halted, stack, problems, lifted, ended, tookMs: sinceStart() }
}

/**
 * Ends the halt of a state folder: at control, if a stack is up, and in the file. `was` is the halt that it ended; `problem` says why
 * control does not know of it.
 */
export async function releaseAll(folder: StateFolder): Promise<{ was: Halted | null; problem?: string }> {
  let was: Halted | null = null
  let problem: string | undefined
  try {
    if ((await findStack(folder))?.url !== undefined)
      was = (await (await connectControl(folder)).release(AbortSignal.timeout(ANSWER_MS))).was
  } catch (error) {
    problem = messageOf(error)
  }
  was = (await new Lever(folder.path).release()) ?? was
  return { was, ...defined({ problem }) }
}

export interface Ended {
  kind: UnderWay['kind']
  name: string
  pid: number
  /** Since the halt began; of a process that `lives`, how long it was waited for. */
  afterMs: number
  how: 'ended' | 'killed' | 'lives'
}

/** What a halt has done. */
export interface HaltReport {
  halted: Halted & { durable: boolean }
  /**
   * Whether control has lifted the faults that were active. Those of a stack that is not up have ended with it. `no answer`: also
   * where the files that name the stack cannot be trusted.
   */
  stack: 'halted' | 'not up' | 'no answer'
  /** Why control did not answer, or why the halt is not durable. */
  problems: string[]
  lifted: LiftView[]
  ended: Ended[]
  /** Until everything had ended. */
  tookMs: number
}

async function writeHalt(
  folder: StateFolder,
  lever: Lever,
  why: string,
): Promise<Pick<HaltReport, 'halted' | 'problems'>> {
  try {
    if (folder.knownId() === undefined) await establish(folder)
    return { halted: { ...(await lever.pull(why)), durable: true }, problems: [] }
  } catch (error) {
    if (!(error instanceof FiredrillError) || error.code !== 'FD_HALT_NOT_DURABLE') throw error
    return { halted: { sinceMs: Date.now(), why, durable: false }, problems: [error.format()] }
  }
}

async function haltControl(
  folder: StateFolder,
  why: string,
): Promise<Pick<HaltReport, 'stack' | 'lifted'> & { problem?: string }> {
  try {
    if ((await findStack(folder))?.url === undefined) return { stack: 'not up', lifted: [] }
    const { lifted } = await (await connectControl(folder)).halt(why, AbortSignal.timeout(ANSWER_MS))
    return { stack: 'halted', lifted }
  } catch (error) {
    const problem = error instanceof FiredrillError ? error.format() : messageOf(error)
    return { stack: 'no answer', lifted: [], problem }
  }
}

/** Waits until they have ended, kills those that have not within `endMs`, and gives up on what the kernel keeps. */
async function waitForEnd(
  folder: StateFolder,
  all: readonly UnderWay[],
  { sinceStart, endMs }: { sinceStart(): number; endMs: number },
): Promise<Ended[]> {
  const ended: Ended[] = []
  let left = [...all]
  let how: Ended['how'] = 'ended'
  const note = ({ kind, name, process: of }: UnderWay) =>
    ended.push({ kind, name, pid: of.pid, afterMs: sinceStart(), how })
  const look = async () => {
    const alive = new Set(underWay(folder).map(({ process: { pid } }) => pid))
    const isAlive = ({ process: { pid } }: UnderWay) => alive.has(pid)
    for (const run of left) if (!isAlive(run)) note(run)
    left = left.filter(isAlive)
    if (how === 'ended' && sinceStart() > endMs) {
      how = 'killed'
      for (const { process: of } of left) signalProcess(of.pid, 'SIGKILL')
    }
    return left.length
  }
  const timeoutMs = endMs + KILLED_MS
  await pollFor(look, { until: (count) => count === 0, timeoutMs, intervalMs: LOOK_EVERY_MS })
  how = 'lives'
  for (const run of left) note(run)
  return ended
}
