import { messageOf } from '../base/errors.ts'
import { sleep } from '../base/wait.ts'
import { journeys } from '../load/journeys.ts'
import { type RunningLoad, startLoad } from '../load/start-load.ts'
import type { RuntimeEvent } from '../runtimes/runtime.ts'
import { Announcer } from './announcer.ts'
import { type Baseline, inspectBaseline, waitForBaseline } from './baseline.ts'
import { type Drill, latestWithinMs } from './drill.ts'
import { readExpectations } from './expectation-results.ts'
import { type Facts, goodAgain } from './facts.ts'
import { FaultSchedule } from './fault-schedule.ts'
import type { Journal, Phase } from './journal.ts'
import { writeJournal } from './journal-writer.ts'
import { markBeforeFault, metricsToWatch } from './metric-watch.ts'
import { Observations } from './observations.ts'
import type { DrillEvent } from './run-event.ts'
import { readSetting, type Setting } from './setting.ts'
import { SourceHealth } from './source-health.ts'
import { readStages, STEADY_POLL_MS } from './stages.ts'
import { originsOf } from './steady-checks.ts'
import { SteadyRecord } from './steady-record.ts'
import type { SystemUnderDrill } from './system.ts'
import { startWatch, type Watch } from './watch.ts'
import { within } from './within.ts'

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
  /** How long the baseline may take to be clean, in milliseconds. Default 15000. */
  baselineTimeoutMs?: number
  /** How long the steady state may take to come back once the faults are lifted, in milliseconds. Default 15000. */
  settleTimeoutMs?: number
}

/**
 * Runs a drill: baseline → load → calm → faults, watched → lift → settle → stop the load → alert resolved → verdict.
 * Never rejects: what goes wrong is in the journal, as `errored`, `aborted` or `inconclusive`.
 */
export async function runDrill(drill: Drill, system: SystemUnderDrill, options: RunOptions): Promise<Journal> {
  const run = new DrillRun(drill, system, options)
  try {
    await run.drill()
  } catch (error) {
    run.fail(error)
  }
  await run.leave()
  const journal = run.journal()
  options.onEvent?.({ kind: 'finished', journal })
  return journal
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
  readonly #schedule: FaultSchedule
  readonly #health = new SourceHealth()
  readonly #phases: Phase[] = []
  readonly #errors: string[] = []
  #setting: Setting | undefined
  #baseline: Baseline = { clean: false, findings: [], tolerated: [] }
  #load: RunningLoad | undefined
  #allRunningAtMs = 0
  #loadEndedAtMs = 0
  #observations: Observations | undefined
  #watch: Watch | undefined
  #watchEndedAtMs: number | undefined
  #zeroMs: number | undefined
  #events: RuntimeEvent[] = []

  constructor(drill: Drill, system: SystemUnderDrill, options: RunOptions) {
    this.#drill = drill
    this.#system = system
    this.#options = options
    this.#emit = options.onEvent ?? (() => undefined)
    this.#announcer = new Announcer(this.#emit)
    const { signal } = this.#leaving
    this.#signal = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal])
    this.#schedule = new FaultSchedule(system, drill.method, this.#signal)
  }

  /** Everything up to the moment at which there is nothing left to watch for. */
  async drill(): Promise<void> {
    const setting = await this.#during('describe', () => readSetting(this.#drill, this.#system, this.#signal))
    this.#setting = setting
    const { title } = this.#drill
    const { runtime, profile } = setting.description
    this.#emit({ kind: 'started', title, profile, runtime, seed: this.#options.seed })

    const timeoutMs = this.#options.baselineTimeoutMs
    this.#baseline = await this.#during('baseline', () => waitForBaseline(setting, { signal: this.#signal, timeoutMs }))
    this.#emit({ kind: 'baseline', ...this.#baseline, tookMs: this.#phases.at(-1)?.tookMs ?? 0 })
    if (!this.#baseline.clean) return

    await this.#during('load up', () => this.#startLoad(setting))
    const { users, journey } = this.#drill.load
    this.#emit({ kind: 'load', users, journey, tookMs: this.#phases.at(-1)?.tookMs ?? 0 })

    const names = setting.checks.map(({ name }) => name)
    const metrics = metricsToWatch(this.#drill)
    const findings = await this.#during('calm', () => this.#calm(setting, metrics))
    if (findings.length > 0) {
      this.#baseline = { ...this.#baseline, clean: false, findings }
      return
    }
    const observations = new Observations(new SteadyRecord(names, Date.now()), metrics)
    this.#observations = observations
    this.#watch = startWatch({ ...setting, observations, health: this.#health })

    await this.#during('inject', () => this.#schedule.begin(this.#allRunningAtMs, (error) => this.fail(error)))
    this.#zeroMs = this.#schedule.injected[0]?.fault.injectedAtMs ?? Date.now()
    observations.steady.forgetBefore(this.#zeroMs)
    if (this.#schedule.injected.some(({ fault }) => !fault.landing.landed)) return
    await this.#during('watch', () => this.#watchUntilDone(setting))
  }

  /** Notes what ended the run; being stopped from outside is not an error. */
  fail(error: unknown): void {
    if (this.#options.signal?.aborted === true) return
    const code = (error as { code?: unknown } | null)?.code
    this.#errors.push(`${typeof code === 'string' ? `${code} ` : ''}${messageOf(error)}`)
  }

  /** Leaves the system as it was found, whatever happened before. Never rejects. */
  async leave(): Promise<void> {
    const setting = this.#setting
    const observed = setting !== undefined && this.#zeroMs !== undefined
    // From here on no step of the method begins any more.
    this.#leaving.abort(new Error('the run is over'))
    await this.#guarded('lift', () => this.#liftAll())
    if (observed) {
      const boundMs = (this.#options.settleTimeoutMs ?? SETTLE_MS) + setting.stableMs
      await this.#guarded('settle', () => this.#tellUntil(() => this.#isSettled(), boundMs))
    }
    await this.#guarded('stop load', async () => this.#load?.stop())
    this.#loadEndedAtMs = Date.now()
    if (observed) {
      const { scrapeMs, groupIntervalMs } = setting.profile.timing
      const boundMs = 5_000 + 4 * (scrapeMs + groupIntervalMs)
      await this.#guarded('resolve', () => this.#tellUntil(() => this.#isResolved(), boundMs))
      // A Prometheus that does not answer is noted by the watch.
      await this.#watch?.sweep(this.#allRunningAtMs).catch(() => undefined)
    }
    await this.#watch?.stop()
    this.#watchEndedAtMs = Date.now()
    if (setting !== undefined) {
      await this.#guarded('events', async () => {
        const asked = this.#system.events(setting.description.lastSequence)
        this.#events = await within(EVENTS_MS, 'the runtime events', asked)
      })
    }
    const facts = this.#facts()
    if (facts !== undefined) this.#announcer.finish(facts)
  }

  journal(): Journal {
    const { signal, seed } = this.#options
    return writeJournal({
      drill: this.#drill,
      startedAtMs: this.#startedAtMs,
      seed,
      description: this.#setting?.description,
      floor: this.#setting?.floor,
      baseline: this.#baseline,
      aborted: signal?.aborted === true ? messageOf(signal.reason) : undefined,
      errors: this.#errors,
      facts: this.#facts(),
      lifted: this.#schedule.lifted,
      load: this.#load,
      loadEndedAtMs: this.#loadEndedAtMs,
      health: this.#health,
      events: this.#events,
      phases: this.#phases,
    })
  }

  async #startLoad({ description }: Setting): Promise<void> {
    const { journey: name, users, spawnRatePerSecond } = this.#drill.load
    const journey = journeys[name]
    const [first, ...others] = originsOf(description, journey.service).map(({ origin }) => origin)
    if (first === undefined) return
    const { seed, signal } = this.#options
    this.#load = startLoad({ journey, origins: [first, ...others], users, spawnRatePerSecond, seed, signal })
    await this.#load.allRunning
    this.#signal.throwIfAborted()
    this.#allRunningAtMs = Date.now()
  }

  /** A moment under load, up to the first fault, in which nothing may fail. Returns what did. */
  async #calm(setting: Setting, metrics: Observations['metrics']): Promise<string[]> {
    const { scrapeMs, lookbackMs } = setting.profile.timing
    const calmMs = Math.max(1_000, 2 * scrapeMs, this.#drill.method[0]?.atMs ?? 0)
    await sleep(Math.max(0, this.#allRunningAtMs + calmMs - Date.now()), this.#signal)
    const [findings, already] = await Promise.all([
      inspectBaseline(setting, this.#signal),
      markBeforeFault(metrics, setting.prometheus, { lookbackMs, signal: this.#signal }),
    ])
    const { requests = 0, failures = 0, failuresByCause = {} } = this.#load?.recorder.summary() ?? {}
    const causes = Object.keys(failuresByCause).join(', ')
    const failed = failures === 0 ? [] : [`${failures} of ${requests} requests failed before any fault (${causes})`]
    return [...failed, ...findings, ...already]
  }

  async #watchUntilDone({ stableMs }: Setting): Promise<void> {
    const { method } = this.#drill
    const lastStepMs = (method.at(-1)?.atMs ?? 0) - (method[0]?.atMs ?? 0)
    const boundMs = Math.max(latestWithinMs(this.#drill), lastStepMs) + stableMs
    await this.#tellUntil(() => this.#isComplete(), boundMs)
    this.#signal.throwIfAborted()
  }

  /** Whether there is nothing left to wait for. Without a fault, the whole time is what is watched. */
  #isComplete(): boolean {
    const facts = this.#facts()
    if (facts === undefined || facts.injected.length === 0 || !this.#schedule.complete) return false
    return readStages(facts).every(({ atMs }) => atMs !== null) && readExpectations(facts).every(({ met }) => met)
  }

  #isSettled(): boolean {
    const facts = this.#facts()
    return facts !== undefined && goodAgain(facts).kind !== 'not yet'
  }

  #isResolved(): boolean {
    const { activeNow = [], incidents = [] } = this.#observations ?? {}
    const zeroMs = this.#zeroMs ?? 0
    const open = incidents.some((one) => one.receivedAtMs >= zeroMs && one.resolvedAtMs === undefined)
    return activeNow.length === 0 && !open
  }

  /** Tells what is new until `isOver`, the bound, or the run is stopped from outside. */
  async #tellUntil(isOver: () => boolean, boundMs: number): Promise<void> {
    const { signal } = this.#options
    const endMs = performance.now() + boundMs
    while (signal?.aborted !== true) {
      const facts = this.#facts()
      if (facts !== undefined) this.#announcer.tell(facts)
      if (isOver() || performance.now() >= endMs) return
      await sleep(STEADY_POLL_MS, signal).catch(() => undefined)
    }
  }

  async #liftAll(): Promise<void> {
    const problems = await this.#schedule.liftAll(({ fault }, { changed, detail }) => {
      this.#emit({ kind: 'lifted', fault, changed, detail })
    })
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
      stableMs: setting.stableMs,
      zeroMs,
      injected: this.#schedule.injected,
      observations,
      nowMs: this.#watchEndedAtMs ?? Date.now(),
    }
  }

  async #during<T>(name: Phase['name'], work: () => Promise<T>): Promise<T> {
    const startedAtMs = Date.now()
    const startedMs = performance.now()
    try {
      return await work()
    } finally {
      this.#phases.push({ name, startedAtMs, tookMs: Math.round(performance.now() - startedMs) })
    }
  }

  async #guarded(name: Phase['name'], work: () => Promise<unknown>): Promise<void> {
    try {
      await this.#during(name, work)
    } catch (error) {
      this.fail(error)
    }
  }
}
