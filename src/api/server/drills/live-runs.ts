import type { ChildCommand } from '../../commands/child-command.ts'
import type { RunReport, RunSummary, RunView } from '../../contract.ts'

/** The runs of drills that control knows: those that are under way, and the last that ended. In memory, and bounded. */
export class LiveRuns {
  readonly #runs = new Map<string, Kept>()
  readonly #onChange: (view: RunView) => void
  readonly #nowMs: () => number
  readonly #waiting = new Map<string, () => void>()

  /** `onChange` is called with each run that has changed. `nowMs`: of a clock that only goes forward. */
  constructor({ onChange, nowMs = () => performance.now() }: { onChange(view: RunView): void; nowMs?: () => number }) {
    this.#onChange = onChange
    this.#nowMs = nowMs
  }

  /** A run reports how it is. */
  report(report: RunReport): void {
    const kept = this.#runs.get(report.id) ?? this.#keep(report.id, { report })
    kept.report = report
    kept.reportedMs = this.#nowMs()
    this.#waiting.get(report.id)?.()
    this.#changed(kept)
  }

  /** Control has started a run, which has not reported yet: `report` is what is known of it. */
  started(report: RunReport, command: ChildCommand): void {
    const kept = this.#keep(report.id, { report, command })
    void command.ended.then(() => {
      // A run that reported its verdict before it ended stays as it is.
      kept.report = { ...kept.report, endedAtMs: kept.report.endedAtMs ?? Date.now() }
      this.#changed(kept)
    })
    this.#changed(kept)
  }

  /** Resolves when the run has reported. */
  reported(id: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(id, () => {
        this.#waiting.delete(id)
        resolve()
      })
    })
  }

  /** Forgets a run that was refused before it began. */
  forget(id: string): void {
    this.#waiting.delete(id)
    this.#runs.delete(id)
  }

  /** Aborts a run that control has started. False for one that it has not. */
  abort(id: string): boolean {
    const kept = this.#runs.get(id)
    if (kept?.command === undefined) return false
    if (isUnderWay(this.#stateOf(kept))) {
      kept.abortedAtMs ??= Date.now()
      kept.command.interrupt()
      this.#changed(kept)
    }
    return true
  }

  view(id: string): RunView | undefined {
    const kept = this.#runs.get(id)
    return kept === undefined ? undefined : this.#viewOf(kept)
  }

  /** Latest first. */
  list(): RunSummary[] {
    return [...this.#runs.values()].reverse().map((kept) => summaryOf(this.#viewOf(kept)))
  }

  /** Those that are under way; without any, the latest. */
  current(): RunView[] {
    const views = [...this.#runs.values()].map((kept) => this.#viewOf(kept))
    const underWay = views.filter(({ state }) => isUnderWay(state))
    return underWay.length > 0 ? underWay : views.slice(-1)
  }

  /** Looks for runs that have become silent. */
  look(): void {
    for (const kept of this.#runs.values()) if (this.#stateOf(kept) !== kept.shown) this.#changed(kept)
  }

  #keep(id: string, { report, command }: { report: RunReport; command?: ChildCommand }): Kept {
    const kept: Kept = {
      report,
      command,
      reportedMs: undefined,
      begunMs: this.#nowMs(),
      abortedAtMs: null,
      shown: undefined,
    }
    this.#runs.set(id, kept)
    const ended = [...this.#runs].filter(([, one]) => one !== kept && !isUnderWay(this.#stateOf(one)))
    const others = [...this.#runs].filter(([, one]) => one !== kept)
    // What ended first goes first; runs without an end are bounded all the same.
    for (const [old] of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) this.#runs.delete(old)
    for (const [old] of others.slice(0, Math.max(0, others.length - 2 * MOST_ENDED))) this.#runs.delete(old)
    return kept
  }

  #changed(kept: Kept): void {
    if (this.#runs.get(kept.report.id) !== kept) return
    const view = this.#viewOf(kept)
    kept.shown = view.state
    this.#onChange(view)
  }

  #viewOf(kept: Kept): RunView {
    const { report, command, abortedAtMs } = kept
    const state = this.#stateOf(kept)
    return {
      ...report,
      state,
      startedBy: command === undefined ? 'terminal' : 'console',
      mayAbort: command !== undefined && isUnderWay(state) && abortedAtMs === null,
      abortedAtMs,
      output: command?.lines().slice(-MOST_OUTPUT) ?? [],
    }
  }

  #stateOf({ report, command, reportedMs, begunMs }: Kept): RunView['state'] {
    if (report.verdict !== null) return 'finished'
    if (command?.end !== undefined) return 'gone'
    if (reportedMs === undefined && command !== undefined) return 'starting'
    const isSilent = this.#nowMs() - (reportedMs ?? begunMs) > SILENT_MS
    return isSilent && command === undefined ? 'gone' : 'running'
  }
}

/** Lines of its output that a run shows; what it reports has the rest. */
const MOST_OUTPUT = 50
/** Runs that have ended and are kept. */
const MOST_ENDED = 20
/** A run of a terminal that has not reported for this long, in milliseconds, is over: it reports each second. */
const SILENT_MS = 15_000

interface Kept {
  report: RunReport
  /** Of a run that control has started. */
  command: ChildCommand | undefined
  /** When it reported last, of the clock that only goes forward; undefined before the first time. */
  reportedMs: number | undefined
  begunMs: number
  abortedAtMs: number | null
  /** The state that was passed on last. */
  shown: RunView['state'] | undefined
}

function isUnderWay(state: RunView['state']): boolean {
  return state === 'starting' || state === 'running'
}

function summaryOf(view: RunView): RunSummary {
  const { id, pid, drill, position, startedAtMs, endedAtMs, phase, verdict, journal, state, startedBy, mayAbort } = view
  return { id, pid, drill, position, startedAtMs, endedAtMs, phase, verdict, journal, state, startedBy, mayAbort }
}
