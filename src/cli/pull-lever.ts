import { connectControl } from '../api/client/connect-control.ts'
import type { LiftView } from '../api/contract.ts'
import { findStack } from '../api/stack-files/control-file.ts'
import { FiredrillError, messageOf } from '../base/errors.ts'
import { signalProcess } from '../base/system/process.ts'
import { sleep } from '../base/wait.ts'
import { establish } from '../runtimes/native/establish.ts'
import { type Halted, Lever } from '../runtimes/native/state/lever.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { type UnderWay, underWay } from '../runtimes/native/state/under-way.ts'

/** Bounds in milliseconds: of control's answer, and of runs that are to end by themselves before they are killed. */
export const ANSWER_MS = 10_000
const END_MS = 10_000
/** The kernel may keep one that waits for a disk. */
const KILLED_MS = 5_000
const LOOK_EVERY_MS = 20

export interface Ended {
  kind: UnderWay['kind']
  name: string
  pid: number
  /** Since the lever was pulled; of one that `lives`, how long it was waited for. */
  afterMs: number
  how: 'ended' | 'killed' | 'lives'
}

/** What came of pulling the lever. */
export interface HaltReport {
  halted: Halted & { durable: boolean }
  /**
   * Whether control has lifted what was in force. With a stack that is not up, what it held has ended with it. `no answer`: also
   * where the files that name the stack cannot be believed.
   */
  stack: 'halted' | 'not up' | 'no answer'
  /** Why control did not answer, or why nothing lasts. */
  problems: string[]
  lifted: LiftView[]
  ended: Ended[]
  /** Until all was over. */
  tookMs: number
}

/**
 * Pulls the lever of a state folder: first the file, which blocks and which every run watches; then control, which lifts; then it
 * waits until no run or load is left. Can be done again at any time, and stays pulled wherever it is cut short.
 */
export async function pullLever(
  folder: StateFolder,
  why: string,
  { lever = new Lever(folder.path), endMs = END_MS }: { lever?: Lever; endMs?: number } = {},
): Promise<HaltReport> {
  const startedMs = performance.now()
  const sinceStart = () => Math.round(performance.now() - startedMs)
  const problems: string[] = []
  let halted: HaltReport['halted']
  try {
    if (folder.knownId() === undefined) await establish(folder)
    halted = { ...(await lever.pull(why)), durable: true }
  } catch (error) {
    if (!(error instanceof FiredrillError) || error.code !== 'FD_HALT_NOT_DURABLE') throw error
    problems.push(error.format())
    halted = { sinceMs: Date.now(), why, durable: false }
  }
  const all = underWay(folder)
  // They cannot see what could not be written.
  if (!halted.durable) for (const one of all) signalProcess(one.process.pid, 'SIGTERM')
  const ending = waitForEnd(folder, all, { sinceStart, endMs })
  let stack: HaltReport['stack'] = 'not up'
  let lifted: LiftView[] = []
  try {
    if ((await findStack(folder))?.url !== undefined) {
      lifted = (await (await connectControl(folder)).halt(why, AbortSignal.timeout(ANSWER_MS))).lifted
      stack = 'halted'
    }
  } catch (error) {
    stack = 'no answer'
    problems.push(error instanceof FiredrillError ? error.format() : messageOf(error))
  }
  const ended = await ending
  return { halted, stack, problems, lifted, ended, tookMs: sinceStart() }
}

async function waitForEnd(
  folder: StateFolder,
  all: readonly UnderWay[],
  { sinceStart, endMs }: { sinceStart(): number; endMs: number },
): Promise<Ended[]> {
  const ended: Ended[] = []
  let left = [...all]
  let how: Ended['how'] = 'ended'
  while (true) {
    const alive = new Set(underWay(folder).map(({ process: { pid } }) => pid))
    for (const { kind, name, process: of } of left)
      if (!alive.has(of.pid)) ended.push({ kind, name, pid: of.pid, afterMs: sinceStart(), how })
    left = left.filter(({ process: { pid } }) => alive.has(pid))
    if (sinceStart() > endMs + KILLED_MS) {
      how = 'lives'
      for (const { kind, name, process: of } of left)
        ended.push({ kind, name, pid: of.pid, afterMs: sinceStart(), how })
      return ended
    }
    if (left.length === 0) return ended
    if (how === 'ended' && sinceStart() > endMs) {
      how = 'killed'
      for (const one of left) signalProcess(one.process.pid, 'SIGKILL')
    }
    await sleep(LOOK_EVERY_MS)
  }
}
