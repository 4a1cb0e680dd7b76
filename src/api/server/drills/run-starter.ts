import { randomUUID } from 'node:crypto'
import { defined } from '../../../base/defined.ts'
import { HttpError } from '../../../base/http/http-server.ts'
import { type Drill, watchMs } from '../../../drills/file/drill.ts'
import { notReached } from '../../../drills/judge/expectation-results.ts'
import { begunOrRefused } from '../../commands/begun-or-refused.ts'
import type { ChildCommands } from '../../commands/child-commands.ts'
import type { RunBody, RunReport, RunView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import type { Halting } from '../../injector/halting.ts'
import type { DrillCatalog } from './drill-catalog.ts'
import type { LiveRuns } from './live-runs.ts'

/** Starts runs of drills in processes of their own, and aborts them. */
export class RunStarter {
  readonly #options: RunStarterOptions

  constructor(options: RunStarterOptions) {
    this.#options = options
  }

  /** Why no run can be started here at all; null when one can. */
  get whyNot(): string | null {
    return this.#options.commands === undefined ? WHY_NOT : null
  }

  /**
   * Starts a run of a drill that ships. Resolves when it has begun, which is when it has its turn.
   * @throws HttpError with the reason for which it is refused
   */
  async start({ drill: name, parameters = {}, seed, busy = false }: RunBody): Promise<RunView> {
    const { commands, runs, catalog, halting } = this.#options
    if (commands === undefined) {
      throw apiErrors.error('FD_RUN_NOT_HERE', {
        message: WHY_NOT,
        next: `firedrill run ${name}, in a terminal`,
      })
    }
    halting?.refuse()
    // A mistake in a parameter is found here, before a process is started.
    const drill = await catalog.read(name, parameters)
    const id = randomUUID()
    const settings = Object.entries(parameters).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const command = commands.start([
      ...['run', drill.file, '--no-wait', '--id', id],
      ...settings,
      ...(seed === undefined ? [] : ['--seed', String(seed)]),
      ...(busy ? ['--busy'] : []),
    ])
    const begun = runs.reported(id)
    runs.started(notBegun(drill, { id, name, busy, ...defined({ seed, pid: command.pid }) }), command)
    try {
      await begunOrRefused(command, begun)
    } catch (error) {
      runs.forget(id)
      throw error
    }
    return this.#view(id)
  }

  /** Aborts a run, as Ctrl-C does: it puts back what it has changed. @throws FD_RUN_UNKNOWN, FD_RUN_NOT_OURS */
  abort(id: string): RunView {
    const view = this.#view(id)
    if (this.#options.runs.abort(id)) return this.#view(id)
    throw apiErrors.error('FD_RUN_NOT_OURS', {
      message: `control did not start this run: process ${view.pid} did`,
      expected: 'a run that the console has started',
      next: 'Ctrl-C in the terminal of the run, or firedrill halt, which ends every run',
    })
  }

  #view(id: string): RunView {
    const view = this.#options.runs.view(id)
    if (view === undefined) throw unknownRun(id)
    return view
  }
}

export interface RunStarterOptions {
  /** Missing where control cannot start commands. */
  commands: ChildCommands | undefined
  runs: LiveRuns
  catalog: DrillCatalog
  halting: Halting | undefined
}

export function unknownRun(id: string): HttpError {
  const problem = apiErrors.error('FD_RUN_UNKNOWN', {
    message: 'control knows no run of that id',
    expected: 'a run that is under way, or one of the last that ended since control began',
    given: id,
    next: 'firedrill report --list shows the journals of all runs',
  })
  return new HttpError(404, problem)
}

const WHY_NOT = 'control runs in a container here, from which it starts no drills and no loads'

/** What is known of a run before its process has reported. */
function notBegun(
  drill: Drill,
  { id, name, busy, seed = 0, pid = 1 }: { id: string; name: string; busy: boolean; seed?: number; pid?: number },
): RunReport {
  const nowMs = Date.now()
  const { title, why, file, parameters } = drill
  return {
    id,
    pid,
    position: { index: 0, count: 1 },
    drill: { name, title, why, file },
    startedAtMs: nowMs,
    atMs: nowMs,
    endedAtMs: null,
    phase: 'start',
    phaseSinceMs: nowMs,
    zeroMs: null,
    seed,
    busy,
    parameters: { ...parameters },
    profile: null,
    runtime: null,
    lines: [],
    load: null,
    gate: null,
    watchMs: watchMs(drill),
    floor: null,
    stages: [],
    expectations: drill.expectations.map(notReached),
    steps: [],
    faults: [],
    series: null,
    verdict: null,
    reasons: [],
    journal: null,
  }
}
