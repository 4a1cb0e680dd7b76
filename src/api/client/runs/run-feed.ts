import { inTurn } from '../../../base/in-turn.ts'
import type { StateFolder } from '../../../runtimes/native/state/state-folder.ts'
import type { RunReport } from '../../contract.ts'
import { connectControl } from '../connect-control.ts'

/** Sends how a run is to the stack that it runs on. */
export interface RunFeed {
  /** Never waits and never fails: the run matters more than its display. While a report is on its way, the latest waits. */
  send(report: RunReport): void
  /** Resolves when the last reports have arrived, or are given up. */
  close(): Promise<void>
}

/** Bound of one report, in milliseconds. */
const REPORT_MS = 2_000

/** @throws FD_STACK_NOT_UP */
export async function openRunFeed(folder: StateFolder): Promise<RunFeed> {
  const control = await connectControl(folder)
  return runFeed((report) => control.reportRun(report, AbortSignal.timeout(REPORT_MS)))
}

/** `post` sends one report. */
export function runFeed(post: (report: RunReport) => Promise<unknown>): RunFeed {
  const waiting = new Map<string, RunReport>()
  const sendAll = inTurn(async () => {
    const reports = [...waiting.values()]
    waiting.clear()
    for (const report of reports) await post(report).catch(() => undefined)
  })
  let last: Promise<unknown> = Promise.resolve()
  return {
    send: (report) => {
      waiting.set(report.id, report)
      last = Promise.resolve(sendAll())
    },
    close: async () => {
      await last
    },
  }
}
