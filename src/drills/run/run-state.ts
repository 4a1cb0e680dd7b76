import { FiredrillError, messageOf } from '../../base/errors.ts'
import type { Labels } from '../../probes/prometheus.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import { drillErrors } from '../errors.ts'
import { isOfSystem } from '../evidence/alerts/alert-meaning.ts'
import { nothingBurnt } from '../evidence/burnt-before.ts'
import type { Observations } from '../evidence/observations.ts'
import type { Drill } from '../file/drill.ts'
import type { GateResult } from '../gate/gate.ts'
import type { RunContext } from '../gate/run-context.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { ClockLateness, MachineReport } from '../journal/schema/machine.ts'
import type { Phase } from '../journal/schema/phase.ts'
import type { JournalSafety } from '../journal/schema/safety.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import type { Facts } from '../judge/facts.ts'
import { reportMachine } from '../machine/machine-report.ts'
import { MachineWatch } from '../machine/machine-watch.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import { MethodRunner } from '../method/method-runner.ts'
import type { SystemUnderDrill } from '../system.ts'
import { SourceHealth } from '../watch/source-health.ts'
import type { Watch } from '../watch/watch.ts'
import { Announcer } from './announcer.ts'
import { PhaseLog } from './phase-log.ts'
import type { DrillEvent } from './run-event.ts'
import type { RunOptions } from './run-options.ts'

/** What one run has done and seen so far. `runToEnd` fills it phase by phase; each phase may be the last one, and `leaveRun` follows. */
export class RunState {
  readonly drill: Drill
  readonly system: SystemUnderDrill
  /** Its signal is also aborted when the run must end because the system demands it. */
  readonly options: RunOptions
  /** Aborted from outside alone. */
  readonly outside: AbortSignal | undefined
  readonly emit: (event: DrillEvent) => void
  readonly announcer: Announcer
  readonly startedAtMs = Date.now()
  /** Aborted from outside, or because the run leaves. */
  readonly signal: AbortSignal
  readonly leaving = new AbortController()
  readonly method: MethodRunner
  readonly health = new SourceHealth()
  readonly log = new PhaseLog()
  readonly errors: string[] = []
  /** Steps that the system did not allow. */
  readonly refused: string[] = []
  /** What the run needed of the monitoring, and did not get. */
  readonly unmonitored: string[] = []
  readonly machine: MachineWatch
  /** What ended the run because the system demands it. */
  safetyAbort: NonNullable<JournalSafety['aborted']> | undefined
  /** Replaced when users start: from then on what must end the run is watched for. */
  stopAbortWatch: () => void = () => undefined
  readonly #aborting = new AbortController()
  /** Missing until the system has described itself. */
  context: RunContext | undefined
  gate: GateResult = { clean: false, findings: [], tolerated: [], burntBefore: nothingBurnt }
  /** The load and its moments, in epoch milliseconds; missing is "not yet". */
  load: { load?: DrillLoad; begunAtMs?: number; allRunningAtMs?: number; endedAtMs?: number } = {}
  observations: Observations | undefined
  watch: Watch | undefined
  watchEndedAtMs: number | undefined
  cutOffAtMs: number | undefined
  /** Zero of every figure, in epoch milliseconds. */
  zeroMs: number | undefined
  failedUnderLoad: string[] = []
  budgets: BudgetBurnt[] | undefined
  clocksLate: ClockLateness[] = []
  up: JournalSeries['up'] = []
  events: RuntimeEvent[] = []

  constructor(drill: Drill, system: SystemUnderDrill, options: RunOptions) {
    this.drill = drill
    this.system = system
    this.outside = options.signal
    const aborting = this.#aborting.signal
    const either = options.signal === undefined ? aborting : AbortSignal.any([options.signal, aborting])
    this.options = { ...options, signal: either }
    this.emit = options.onEvent ?? (() => undefined)
    this.announcer = new Announcer(this.emit)
    this.signal = AbortSignal.any([either, this.leaving.signal])
    this.machine = new MachineWatch(() => pidsOf(system), options.readMachine)
    this.method = new MethodRunner(system, drill.method, this.signal)
  }

  /** Whether an alert with these labels is of the system. */
  readonly isOurs = (labels: Labels): boolean =>
    isOfSystem(labels, { drill: this.drill, alertScope: this.context?.alertScope })

  /** Whether a busy machine is accepted. */
  get busy(): boolean {
    return this.options.busy === true
  }

  during<T>(phase: Phase['name'], work: () => Promise<T>): Promise<T> {
    return this.log.during(phase, work)
  }

  /** Ends the run because the system demands it: everything is lifted, and the verdict is `aborted`. */
  abort(why: string): void {
    if (this.#aborting.signal.aborted) return
    const atMs = Date.now()
    this.safetyAbort = { atMs, why }
    this.emit({ kind: 'aborting', why, sinceInjectedMs: this.zeroMs === undefined ? null : atMs - this.zeroMs })
    this.#aborting.abort(drillErrors.error('FD_DRILL_ABORTED', { message: why }))
  }

  /** Records what ended the run; being stopped from outside is not an error. */
  fail(error: unknown): void {
    if (this.options.signal?.aborted === true) return
    const code = codeOf(error)
    // Nothing was done to the system by it, and it is what allows more.
    if (code === 'FD_DRILL_REFUSED' || code === 'FD_FAULT_REFUSED') return void this.refused.push(withNext(error))
    if (code !== undefined && OF_MONITORING.test(code)) return void this.unmonitored.push(withPlace(error))
    this.errors.push(`${code === undefined ? '' : `${code} `}${messageOf(error)}`)
  }

  /** Records that the watch ends before everything was seen that it watched for. */
  cutOff(): void {
    this.cutOffAtMs = Date.now()
  }

  /** What stages and expectations are read from; undefined before anything is watched. */
  facts(): Facts | undefined {
    const { drill, context, observations, zeroMs, method } = this
    if (context === undefined || observations === undefined || zeroMs === undefined) return undefined
    return {
      drill,
      timing: context.profile.timing,
      floor: context.floor,
      alertRules: context.alertRules,
      routing: context.routing,
      stableMs: context.stableMs,
      zeroMs,
      injected: method.injected,
      steps: method.steps,
      observations,
      budgets: this.budgets,
      cutOffAtMs: this.cutOffAtMs,
      burntBefore: this.gate.burntBefore,
      alertsBefore: this.gate.alertsBefore,
      alertScope: context.alertScope,
      machine: { samples: this.machine.samples, widens: this.busy },
      withoutResponder: context.description.endpoints.responder === undefined ? true : undefined,
      receivesCopies: this.system.received === undefined ? undefined : true,
      nowMs: this.watchEndedAtMs ?? Date.now(),
    }
  }

  /** How this machine was so far; null while there is no sample. */
  reportMachine(): MachineReport | null {
    const { samples } = this.machine
    if (samples.length === 0) return null
    return reportMachine(this.machine.whole(), samples, { widened: this.busy, clocks: this.clocksLate })
  }
}

/** Errors of a monitoring that does not answer, or does not show what a run needs. It is not Firedrill's own. */
const OF_MONITORING = /^FD_(PROBE_\w+|FOREIGN_MONITORING|FOREIGN_CLOCKS)$/

/** With the place, which the message of a probe does not name. */
function withPlace(error: unknown): string {
  const where = error instanceof FiredrillError ? error.details.where : undefined
  return `${where === undefined ? '' : `${where}: `}${withNext(error)}`
}

function withNext(error: unknown): string {
  const next = error instanceof FiredrillError ? error.details.next : undefined
  return `${messageOf(error)}${next === undefined ? '' : `; ${next}`}`
}

/** The code of an error of Firedrill or of Node.js. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Processes of the system on this machine. */
async function pidsOf(system: SystemUnderDrill): Promise<number[]> {
  const { pids = [], services } = await system.describe()
  const replicas = services.flatMap((service) => service.replicas.flatMap(({ pid }) => pid ?? []))
  return [...pids, ...replicas]
}
