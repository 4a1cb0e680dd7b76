import { defined } from '../../../base/defined.ts'
import { didYouMean } from '../../../base/text/near-name.ts'
import { loadErrors } from '../../../load/errors.ts'
import { journeys } from '../../../load/journey/journeys.ts'
import { readThresholds } from '../../../load/result/thresholds.ts'
import { begunOrRefused } from '../../commands/begun-or-refused.ts'
import type { ChildCommand } from '../../commands/child-command.ts'
import type { ChildCommands } from '../../commands/child-commands.ts'
import type { LoadBody, LoadView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import type { Halting } from '../../injector/halting.ts'
import type { LiveLoads } from './live-loads.ts'
import { loadArguments } from './load-arguments.ts'

/** The load that control has started for the console: one at a time, in a process of its own. */
export class StartedLoads {
  readonly #options: StartedLoadsOptions
  /** Pids of the last loads, with the newest at the end. */
  readonly #pids: number[] = []
  #running: ChildCommand | undefined

  constructor(options: StartedLoadsOptions) {
    this.#options = options
  }

  /** Why no load can be started here at all; null when one can. */
  get whyNot(): string | null {
    return this.#options.commands === undefined ? WHY_NOT : null
  }

  isOurs(pid: number): boolean {
    return this.#pids.includes(pid)
  }

  /**
   * Starts `firedrill load`. Resolves with its first figures.
   * @throws FD_RUN_NOT_HERE, FD_HALTED, FD_LOAD_UNDER_WAY, FD_LOAD_JOURNEY, FD_LOAD_THRESHOLD; HttpError with the reason of the command
   */
  async start(body: LoadBody, live: LiveLoads): Promise<LoadView> {
    const { commands, halting } = this.#options
    if (commands === undefined) {
      throw apiErrors.error('FD_RUN_NOT_HERE', { message: WHY_NOT, next: 'firedrill load, in a terminal' })
    }
    halting?.refuse()
    checkJourney(body.journey)
    readThresholds(body.thresholds)
    if (this.#running !== undefined) throw underWay()
    const command = commands.start(loadArguments(body))
    this.#remember(command)
    const waiting = new AbortController()
    let view: LoadView | undefined
    const begun = live.whenReported(command.pid, waiting.signal).then((first) => {
      view = first
    })
    try {
      await begunOrRefused(command, begun)
    } finally {
      waiting.abort()
    }
    if (view !== undefined) return view
    command.interrupt()
    throw apiErrors.error('FD_LOAD_SILENT', {
      message: 'the load has reported nothing',
      given: command.lines().slice(-5).join('; '),
      next: 'firedrill load, in a terminal',
    })
  }

  /** Asks a load to end, as Ctrl-C does: it writes its report. @throws FD_LOAD_UNKNOWN, FD_LOAD_NOT_OURS */
  async stop({ id, pid, drill, ended: isOver }: LoadView): Promise<void> {
    const running = this.#running
    if (isOver) {
      throw apiErrors.error('FD_LOAD_UNKNOWN', { message: `the load "${id}" has ended`, next: 'look at its report' })
    }
    if (running === undefined || running.pid !== pid) {
      throw apiErrors.error('FD_LOAD_NOT_OURS', {
        message: drill === null ? 'this load was not started by the console' : 'this is the load of a drill',
        expected: 'a load that the console has started',
        next: drill === null ? 'press Ctrl-C in its terminal, or run firedrill halt' : 'abort the run of the drill',
      })
    }
    running.interrupt()
    await running.ended
  }

  #remember(command: ChildCommand): void {
    this.#running = command
    void command.ended.then(() => {
      if (this.#running === command) this.#running = undefined
    })
    if (command.pid !== undefined) this.#pids.push(command.pid)
    this.#pids.splice(0, this.#pids.length - MOST_PIDS)
  }
}

export interface StartedLoadsOptions {
  /** Missing where control cannot start commands. */
  commands: ChildCommands | undefined
  halting: Halting | undefined
}

/** Of loads that are remembered. */
const MOST_PIDS = 50
const WHY_NOT = 'control runs in a container here, from which it starts no drills and no loads'

/** A request names no file: only journeys that ship are started. */
function checkJourney(name: string): void {
  if (Object.hasOwn(journeys, name)) return
  const names = Object.keys(journeys)
  throw loadErrors.error('FD_LOAD_JOURNEY', {
    message: `no journey "${name}" ships`,
    expected: `one of ${names.join(', ')}`,
    ...defined({ next: didYouMean(name, names) }),
  })
}

function underWay() {
  return apiErrors.error('FD_LOAD_UNDER_WAY', {
    message: 'the console has started a load already',
    expected: 'one load at a time: two would be in the figures of each other',
    next: 'stop it, or wait until it is over',
  })
}
