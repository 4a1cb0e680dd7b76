import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Saturation } from '../../load/figures/load-summary.ts'
import type { MachineReading } from '../../probes/machine/read-machine.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Objective } from '../../slo/objective.ts'
import { type Drill, watchMs } from '../file/drill.ts'
import { nothingBurnt } from '../gate/burn.ts'
import { checkUnderLoad } from '../gate/check-under-load.ts'
import { type Gate, passGate } from '../gate/gate.ts'
import { type RunContext, readRunContext } from '../gate/run-context.ts'
import type { Journal } from '../journal/journal.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { ClockLateness, MachineReport } from '../journal/schema/machine.ts'
import type { Phase } from '../journal/schema/phase.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import { goodAgain } from '../judge/evidence.ts'
import { allMet } from '../judge/expectation-results.ts'
import type { Facts } from '../judge/facts.ts'
import { isResolved } from '../judge/resolved.ts'
import { allSeen, readStages, STEADY_POLL_MS } from '../judge/stages.ts'
import { readClockLateness } from '../machine/clock-lateness.ts'
import { lateBetween } from '../machine/lateness.ts'
import { BUSY_NEXT, busyText, reportMachine } from '../machine/machine-report.ts'
import { MachineWatch } from '../machine/machine-watch.ts'
import { brokenBy, type DrillLoad, startDrillLoad } from '../method/drill-load.ts'
import { MethodRunner } from '../method/method-runner.ts'
import type { SystemUnderDrill } from '../system.ts'
import { metricsToWatch } from '../watch/metric-watch.ts'
import { Observations } from '../watch/observations.ts'
import { SourceHealth } from '../watch/source-health.ts'
import { SteadyRecord } from '../watch/steady-record.ts'
import { startWatch, type Watch } from '../watch/watch.ts'
import { within } from '../within.ts'
import { Announcer } from './announcer.ts'
import { composeJournal } from './compose-journal.ts'
import { lookBack } from './look-back.ts'
import { makeSeries } from './make-series.ts'
import { PhaseLog } from './phase-log.ts'
import type { DrillEvent } from './run-event.ts'

export type { DrillEvent } from './run-event.ts'

/** Bound of asking for the runtime's events, in milliseconds. */
const EVENTS_MS = 5_000
const SETTLE_MS = 15_000

export interface RunOptions {
  /** Aborting stops the run: faults are lifted, the load is stopped, the verdict is `aborted`. */
  signal?: AbortSignal | undefined
  /** Of the load's think times and choices. */
  seed: number
  onEvent?: (event: DrillEvent) => void
  /** How long the baseline may take to be clean, in milliseconds. Default 15000, longer while a burnt budget is forgotten. */
  gateTimeoutMs?: number
  /** How long the steady state may take to come back once the faults are lifted, in milliseconds. Default 15000. */
  settleTimeoutMs?: number
  /** Whether the load generator kept up. Default: by what it has measured of itself. */
  judgeLoad?: (load: Pick<DrillLoad, 'saturation'>) => Saturation
  /** Whether a busy machine is accepted: its alerts are no reason not to run, and bounds widen by what it is late. Default: no. */
  busy?: boolean
  /** How busy this machine is. Default: as the kernel measures it. */
  readMachine?: () => Promise<MachineReading>
  /** What the stack has rules for, to count what the run has cost of it. Default: nothing is counted. */
  objectives?: readonly Objective[]
}

/**
 * Runs a drill: baseline → load → calm → steps, watched → lift → settle → stop the load → alert resolved → put back → verdict.
 * Never rejects: what goes wrong is in the journal, as `errored`, `aborted` or `inconclusive`.
 */
export async function runDrill(drill: Drill, system: SystemUnderDrill, options: RunOptions): Promise<Journal> {
  const run = new DrillRun(drill, system, options)
  try {
    await run.drill()
  } catch (error) {
    run.cutOff()
    run.fail(error)
  }
  await run.leave()
  const journal = run.journal()
  options.onEvent?.({ kind: 'finished', journal })
  return journal
}

/**
 * Whether the load is what is done to the system, which is then watched from the load's start: where the first step waits for a
 * condition, and where an alert is expected of the load alone.
 */
function isLoadTheFault({ method: [first], expectations }: Drill): boolean {
  return first === undefined ? expectations.some(({ alert }) => alert !== undefined) : first.start.kind === 'when'
}

/** Processes of the system on this machine. */
async function pidsOf(system: SystemUnderDrill): Promise<number[]> {
  const { pids = [], services } = await system.describe()
  const replicas = services.flatMap((one) => one.replicas.flatMap(({ pid }) => pid ?? []))
  return [...pids, ...replicas]
}

/** The state of one run. Each phase may be the last one: `leave` undoes whatever there is by then. */
class DrillRun {
  readonly #drill: Drill
  readonly #system: SystemUnderDrill
  readonly #options: RunOptions
  readonly #emit: (event: DrillEvent) => void
  readonly #announcer: Announcer
  readonly #startedAtMs = Date.now()
  /** Aborted from outside, or because the run leaves. */
  readonly #signal: AbortSignal
  readonly #leaving = new AbortController()
  readonly #method: MethodRunner
  readonly #health = new SourceHealth()
  readonly #log = new PhaseLog()
  readonly #errors: string[] = []
  readonly #machine: MachineWatch
  #setting: RunContext | undefined
  #gate: Gate = { clean: false, findings: [], tolerated: [], burntBefore: nothingBurnt }
  #load: DrillLoad | undefined
  #loadBegunAtMs = 0
  #allRunningAtMs = 0
  #loadEndedAtMs = 0
  #observations: Observations | undefined
  #watch: Watch | undefined
  #watchEndedAtMs: number | undefined
  #cutOffAtMs: number | undefined
  #zeroMs: number | undefined
  #budgets: BudgetBurnt[] | undefined
  #calmFindings: string[] = []
  #clocksLate: ClockLateness[] = []
  #up: JournalSeries['up'] = []
  #events: RuntimeEvent[] = []

  constructor(drill: Drill, system: SystemUnderDrill, options: RunOptions) {
    this.#drill = drill
    this.#system = system
    this.#options = options
    this.#emit = options.onEvent ?? (() => undefined)
    this.#announcer = new Announcer(this.#emit)
    const { signal } = this.#leaving
    this.#signal = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal])
    this.#machine = new MachineWatch(() => pidsOf(system), options.readMachine)
    this.#method = new MethodRunner(system, drill.method, this.#signal)
  }

  /** Everything up to the moment at which there is nothing left to watch for. */
  async drill(): Promise<void> {
    const setting = await this.#log.during('describe', () => readRunContext(this.#drill, this.#system, this.#signal))
    this.#setting = setting
    const { title, file } = this.#drill
    const { runtime, profile } = setting.description
    this.#emit({ kind: 'started', title, file, profile, runtime, seed: this.#options.seed })

    await this.#machine.start()
    const { busy = false, gateTimeoutMs: timeoutMs } = this.#options
    this.#gate = await this.#log.during('gate', () =>
      passGate(
        { ...setting, busy },
        {
          signal: this.#signal,
          timeoutMs,
          busy: () => busyText(this.#machine.now()),
          onWaiting: (waiting) => this.#emit({ kind: 'waiting', ...waiting }),
        },
      ),
    )
    const { clean, findings } = this.#gate
    this.#emit({ kind: 'baseline', clean, findings, tookMs: this.#log.lastTookMs })
    if (!clean) return

    const loadIsTheFault = isLoadTheFault(this.#drill)
    const metrics = metricsToWatch(this.#drill)
    if (loadIsTheFault) this.#startWatch(setting, metrics)
    await this.#log.during('load up', () => this.#startLoad(setting))
    if (loadIsTheFault) this.#zeroMs = this.#loadBegunAtMs
    else if (!(await this.#isCalm(setting, metrics))) return
    else this.#startWatch(setting, metrics)

    const sources = { prometheus: setting.prometheus, evidence: () => this.#facts() }
    const hooks = { onError: (error: unknown) => this.fail(error) }
    await this.#log.during('inject', () => this.#method.begin(this.#allRunningAtMs, sources, hooks))
    this.#zeroMs ??= this.#method.begunAtMs ?? Date.now()
    this.#observations?.steady.forgetBefore(this.#zeroMs)
    if (this.#method.injected.some(({ fault }) => !fault.landing.landed)) return this.cutOff()
    if (this.#drill.method.length === 0) this.#emit({ kind: 'watching', forMs: watchMs(this.#drill) })
    await this.#log.during('watch', () => this.#watchUntilDone(setting))
  }

  /** Notes what ended the run; being stopped from outside is not an error. */
  fail(error: unknown): void {
    if (this.#options.signal?.aborted === true) return
    const code = codeOf(error)
    this.#errors.push(`${code === undefined ? '' : `${code} `}${messageOf(error)}`)
  }

  /** Notes that the watch ends before all was seen that was to be watched for. */
  cutOff(): void {
    this.#cutOffAtMs = Date.now()
  }

  /** Leaves the system as it was found, whatever happened before. Never rejects. */
  async leave(): Promise<void> {
    const setting = this.#setting
    // What is no longer there can be neither repaired nor asked.
    const isGone = codeOf(this.#options.signal?.reason) === 'FD_DRILL_STACK_GONE'
    const observed = setting !== undefined && this.#zeroMs !== undefined && !isGone
    // From here on no step of the method begins any more.
    this.#leaving.abort(new Error('the run is over'))
    // What an action has changed may be what repaired: it is put back with the faults only where nothing is repaired.
    if (!isGone) await this.#guarded('lift', () => this.#putBack({ actions: !this.#isSettled() }))
    if (observed) {
      const boundMs = (this.#options.settleTimeoutMs ?? SETTLE_MS) + setting.stableMs
      await this.#guarded('settle', () =>
        this.#tellUntil(
          () => this.#isSettled(),
          () => boundMs,
        ),
      )
    }
    await this.#guarded('stop load', async () => this.#load?.stop())
    this.#loadEndedAtMs = Date.now()
    if (observed) {
      const { scrapeMs, groupIntervalMs } = setting.profile.timing
      const boundMs = 5_000 + 4 * (scrapeMs + groupIntervalMs)
      await this.#guarded('resolve', () =>
        this.#tellUntil(
          () => this.#isResolved(),
          () => boundMs,
        ),
      )
      await this.#guarded('count', () => this.#count(setting))
      // A Prometheus that does not answer is noted by the watch.
      await this.#watch?.sweep(this.#allRunningAtMs).catch(() => undefined)
    }
    await this.#watch?.stop()
    this.#watchEndedAtMs = Date.now()
    await this.#machine.stop()
    if (this.#method.actionsStand && !isGone) await this.#guarded('put back', () => this.#putBack({ actions: true }))
    if (setting !== undefined && !isGone) {
      await this.#guarded('events', async () => {
        const asked = this.#system.events(setting.description.lastSequence)
        this.#events = await within(EVENTS_MS, 'the runtime events', asked)
      })
    }
    const facts = this.#facts()
    if (facts !== undefined) this.#announcer.finish(facts)
  }

  journal(): Journal {
    const { signal, seed, judgeLoad } = this.#options
    const observations = this.#observations
    return composeJournal({
      drill: this.#drill,
      startedAtMs: this.#startedAtMs,
      seed,
      description: this.#setting?.description,
      profile: this.#setting?.profile,
      floor: this.#setting?.floor,
      gate: { clean: this.#gate.clean, findings: this.#gate.findings, tolerated: this.#gate.tolerated },
      calmFindings: this.#calmFindings,
      machine: this.#reportMachine(),
      aborted: signal?.aborted === true ? messageOf(signal.reason) : undefined,
      errors: this.#errors,
      facts: this.#facts(),
      method: this.#method,
      budgets: this.#budgets ?? [],
      series:
        observations === undefined
          ? null
          : makeSeries(this.#loadBegunAtMs, { recorder: this.#load?.recorder, up: this.#up, observations }),
      load: this.#load,
      saturation: this.#load && (judgeLoad ?? ((load) => load.saturation()))(this.#load),
      // Otherwise it was seen before the first step, and nothing was done.
      brokenLoad: isLoadTheFault(this.#drill) ? brokenBy(this.#load?.thrown() ?? {}) : [],
      loadEndedAtMs: this.#loadEndedAtMs,
      health: this.#health,
      events: this.#events,
      phases: this.#log.phases,
    })
  }

  async #startLoad({ description }: RunContext): Promise<void> {
    const { load } = this.#drill
    const { seed, signal } = this.#options
    this.#loadBegunAtMs = Date.now()
    if (load !== null) {
      this.#load = await startDrillLoad(load, description, { seed, signal, report: this.#system.reportRequests })
      await this.#load.allRunning
    }
    this.#signal.throwIfAborted()
    this.#allRunningAtMs = Date.now()
    if (load === null) return
    const plan = load.model === 'closed' ? {} : { ratePerSecond: load.ratePerSecond }
    const users = load.model === 'closed' ? load.users : (this.#load?.users() ?? 0)
    this.#emit({ kind: 'load', users, ...plan, journey: load.journey, tookMs: Date.now() - this.#loadBegunAtMs })
  }

  async #isCalm(setting: RunContext, metrics: Observations['metrics']): Promise<boolean> {
    const options = { load: this.#load, metrics, fromMs: this.#allRunningAtMs }
    const inspected = { ...setting, busy: this.#options.busy === true }
    const findings = await this.#log.during('calm', () => checkUnderLoad(inspected, options, this.#signal))
    // A journey whose own code fails does so on any machine.
    const isBroken = brokenBy(this.#load?.thrown() ?? {}).length > 0
    const whose = findings.length === 0 || isBroken ? undefined : busyText(this.#machine.now())
    const next = this.#options.busy === true ? '' : `; ${BUSY_NEXT}`
    this.#calmFindings = whose === undefined ? findings : [...findings, `${whose}${next}`]
    if (findings.length > 0) this.#emit({ kind: 'not calm', findings: this.#calmFindings })
    return findings.length === 0
  }

  #startWatch(setting: RunContext, metrics: Observations['metrics']): void {
    const names = setting.checks.map(({ name }) => name)
    this.#observations = new Observations(new SteadyRecord(names, Date.now()), metrics)
    this.#watch = startWatch({ ...setting, observations: this.#observations, health: this.#health })
  }

  async #watchUntilDone({ stableMs }: RunContext): Promise<void> {
    const boundMs = watchMs(this.#drill) + stableMs
    await this.#tellUntil(
      () => this.#isComplete(),
      () => boundMs + Math.min(boundMs, this.#widensByMs()),
    )
    this.#signal.throwIfAborted()
  }

  /** Whether there is nothing left to wait for. Without a step, the whole time is what is watched. */
  #isComplete(): boolean {
    const facts = this.#facts()
    if (facts === undefined || this.#method.begunAtMs === undefined || !this.#method.complete) return false
    if (facts.nowMs - facts.zeroMs < this.#drill.leastWatchMs) return false
    return allSeen(readStages(facts), facts) && allMet(facts)
  }

  #isSettled(): boolean {
    const facts = this.#facts()
    return facts !== undefined && goodAgain(facts).kind !== 'not yet'
  }

  #isResolved(): boolean {
    const facts = this.#facts()
    return facts === undefined || isResolved(facts)
  }

  async #count(setting: RunContext): Promise<void> {
    const { objectives = [], signal } = this.#options
    const fromMs = this.#zeroMs ?? this.#startedAtMs
    const stretch = { fromMs, toMs: this.#loadEndedAtMs, begunAtMs: this.#loadBegunAtMs }
    this.#clocksLate = await readClockLateness(setting.prometheus, { fromMs: this.#loadBegunAtMs, nowMs: Date.now() })
    const { budgets, up } = await lookBack(setting, { ...stretch, objectives, load: this.#load, signal })
    this.#budgets = budgets
    this.#up = up
  }

  /** Tells what is new until `isOver`, the bound, or the run is stopped from outside. */
  async #tellUntil(isOver: () => boolean, boundMs: () => number): Promise<void> {
    const { signal } = this.#options
    const startedMs = performance.now()
    while (signal?.aborted !== true) {
      const facts = this.#facts()
      if (facts !== undefined) this.#announcer.tell(facts)
      if (isOver() || performance.now() - startedMs >= boundMs()) return
      await sleep(STEADY_POLL_MS, signal).catch(() => undefined)
    }
  }

  /** By how much the bounds have widened so far, in milliseconds: only where a busy machine is accepted. */
  #widensByMs(): number {
    return this.#options.busy === true ? lateBetween(this.#machine.samples, this.#zeroMs ?? 0, Date.now()) : 0
  }

  #reportMachine(): MachineReport | null {
    const { samples } = this.#machine
    if (samples.length === 0) return null
    const widened = this.#options.busy === true
    return reportMachine(this.#machine.whole(), samples, { widened, clocks: this.#clocksLate })
  }

  async #putBack(what: { actions: boolean }): Promise<void> {
    const problems = await this.#method.putBack(what, ({ fault }, lifted) => this.#announcer.lifted(fault, lifted))
    this.#errors.push(...problems)
  }

  #facts(): Facts | undefined {
    const setting = this.#setting
    const observations = this.#observations
    const zeroMs = this.#zeroMs
    if (setting === undefined || observations === undefined || zeroMs === undefined) return undefined
    return {
      drill: this.#drill,
      timing: setting.profile.timing,
      floor: setting.floor,
      alertRules: setting.alertRules,
      stableMs: setting.stableMs,
      zeroMs,
      injected: this.#method.injected,
      steps: this.#method.steps,
      observations,
      budgets: this.#budgets,
      cutOffAtMs: this.#cutOffAtMs,
      burntBefore: this.#gate.burntBefore,
      machine: { samples: this.#machine.samples, widens: this.#options.busy === true },
      withoutResponder: setting.description.endpoints.responder === undefined ? true : undefined,
      nowMs: this.#watchEndedAtMs ?? Date.now(),
    }
  }

  async #guarded(name: Phase['name'], work: () => Promise<unknown>): Promise<void> {
    try {
      await this.#log.during(name, work)
    } catch (error) {
      this.fail(error)
    }
  }
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
