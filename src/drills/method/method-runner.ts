import { messageOf } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { restOfMs, sleep } from '../../base/wait.ts'
import type { PutBack } from '../actions/action.ts'
import type { ConditionSources } from '../conditions/condition.ts'
import type { DoneStep } from '../evidence/evidence.ts'
import { type ActionStep, type FaultStep, type MethodStep, nameStart, nameStep } from '../file/method-step.ts'
import type { InjectedFault, LiftedFault } from '../journal/schema/fault.ts'
import type { JournalStep } from '../journal/schema/step.ts'
import type { SystemUnderDrill } from '../system.ts'
import { within } from '../within.ts'
import { waitForCondition } from './wait-for-condition.ts'

/** Carries out a method, step after step, and puts back everything that it has changed, the last first. */
export class MethodRunner {
  readonly injected: DoneStep[] = []
  /** By id of the fault. */
  readonly lifted = new Map<string, LiftedFault>()
  /** One for each step of the method, in the order of the file. */
  readonly steps: readonly JournalStep[]
  /** Conditions that did not come true in time: in sentences, by whether anything had been done to the system before. */
  readonly notBegun: { text: string; afterFault: boolean }[] = []
  readonly #system: SystemUnderDrill
  readonly #method: readonly MethodStep[]
  readonly #signal: AbortSignal
  /** In the order in which they were begun. */
  readonly #changes = new Set<Change>()
  #begunAtMs: number | undefined
  #others: Promise<void> = Promise.resolve()
  #complete = false

  /** No step begins after the signal is aborted. */
  constructor(system: SystemUnderDrill, method: readonly MethodStep[], signal: AbortSignal) {
    this.#system = system
    this.#method = method
    this.#signal = signal
    this.steps = method
      .map((step) => ({
        ...NOT_BEGUN,
        index: step.index,
        kind: step.kind,
        text: nameStep(step),
        due: nameStart(step.start),
      }))
      .sort((a, b) => a.index - b.index)
  }

  /** Whether every step has been done, or will not be. */
  get complete(): boolean {
    return this.#complete
  }

  /** When the first step took effect, in epoch milliseconds. */
  get begunAtMs(): number | undefined {
    return this.#begunAtMs
  }

  /** Whether something that an action has changed is not put back yet. */
  get actionsStand(): boolean {
    return [...this.#changes].some(({ kind }) => kind === 'action')
  }

  /**
   * Does the first step now if it is a timed one, and the others when they are due. Rejects when that first step fails.
   * `allRunningAtMs` is what times count from.
   */
  async begin(allRunningAtMs: number, sources: ConditionSources, hooks: MethodHooks): Promise<void> {
    const [first] = this.#method
    const timed = first?.start.kind === 'at' ? first : undefined
    if (timed !== undefined) await this.#do(timed)
    const others = timed === undefined ? this.#method : this.#method.slice(1)
    this.#others = this.#doAll(others, allRunningAtMs, sources)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) hooks.onError(error)
      })
      .then(() => {
        this.#complete = true
      })
  }

  /**
   * Lifts the faults that are in force at once, and once no step is under way any more, those that landed meanwhile; with `actions` puts
   * back what actions changed, too. The last first. Returns what could not be put back, in sentences; never rejects. What is left can be
   * put back by another call.
   */
  async putBack(
    { actions }: { actions: boolean },
    onLifted: (step: FaultStep, lifted: LiftedFault) => void,
  ): Promise<string[]> {
    const undo = async (isWanted: (change: Change) => boolean): Promise<string[]> => {
      const problems: string[] = []
      for (const change of [...this.#changes].reverse().filter(isWanted)) {
        problems.push(...(await this.#undo(change, onLifted)))
      }
      return problems
    }
    // What is in force waits for no other step, and for no fault that has not landed.
    const waits = !this.#complete || [...this.#changes].some((change) => change.kind === 'fault' && !change.isAnswered)
    const before = waits ? await undo((change) => change.kind === 'fault' && change.isAnswered) : []
    await this.#others
    return [...before, ...(await undo(({ kind }) => actions || kind === 'fault'))]
  }

  async #undo(change: Change, onLifted: (step: FaultStep, lifted: LiftedFault) => void): Promise<string[]> {
    const { step } = change
    this.#changes.delete(change)
    try {
      if (change.kind === 'fault') {
        const lifted = await this.#lift(change)
        if (lifted !== undefined) onLifted(change.step, lifted)
      } else this.#record(step, { putBack: { atMs: Date.now(), ok: true, detail: await change.putBack() } })
      return []
    } catch (error) {
      this.#record(step, { putBack: { atMs: Date.now(), ok: false, detail: messageOf(error) } })
      return [`${notPutBack(step)}: ${messageOf(error)}`]
    }
  }

  /** Resolves with undefined when the fault was not injected after all. */
  async #lift({ step, answer }: FaultChange): Promise<LiftedFault | undefined> {
    const injected = answer.catch(() => undefined)
    const late = { what: `the fault ${step.fault} to land, so that it can be lifted`, boundMs: LATE_MS }
    const fault = await within(injected, late).catch((error: unknown) => {
      // As long as this process lives, it is lifted even then.
      answer.then(({ id }) => this.#system.lift(id)).catch(() => undefined)
      throw error
    })
    if (fault === undefined) return undefined
    const { id } = fault
    const lifted = await within(this.#system.lift(id), { what: `${step.fault} to be lifted`, boundMs: LIFT_MS })
    this.lifted.set(id, lifted)
    this.#record(step, { putBack: { atMs: lifted.liftedAtMs, ok: true, detail: lifted.detail } })
    return lifted
  }

  async #doAll(steps: readonly MethodStep[], allRunningAtMs: number, sources: ConditionSources): Promise<void> {
    for (const step of steps) {
      const { start } = step
      if (start.kind === 'at') await sleep(restOfMs(start.atMs, allRunningAtMs), this.#signal)
      else {
        const { met, seen } = await waitForCondition(start, sources, this.#signal)
        if (!met) {
          const text = `${nameStep(step)} did not begin ${nameStart(start)}: ${seen}`
          this.#record(step, { detail: seen })
          this.notBegun.push({ text, afterFault: this.#begunAtMs !== undefined })
          return
        }
      }
      await this.#do(step)
    }
  }

  async #do(step: MethodStep): Promise<void> {
    this.#record(step, { startedAtMs: Date.now() })
    try {
      if (step.kind === 'fault') await this.#inject(step)
      else await this.#act(step)
    } catch (error) {
      this.#record(step, { endedAtMs: Date.now(), detail: messageOf(error) })
      throw error
    }
  }

  /**
   * Not ended early by the signal: only a fault whose id is known can be lifted. One that only begins when the signal is aborted, or
   * that takes too long to land, is ended by what holds it, where that can: a disk fills until somebody says so.
   */
  async #inject(step: FaultStep): Promise<void> {
    const { fault: name, target, params, forMs } = step
    const askedAtMs = Date.now()
    const end = () => void this.#system.endBeginning?.().catch(() => undefined)
    this.#signal.addEventListener('abort', end, { once: true })
    const answer = this.#system.inject({ fault: name, target, params, forMs })
    const change: FaultChange = { kind: 'fault', step, answer, isAnswered: false }
    // From now on, so that a fault that lands too late is lifted as well.
    this.#changes.add(change)
    const onAnswer = () => {
      change.isAnswered = true
    }
    answer.then(onAnswer, () => this.#changes.delete(change))
    const fault = await within(answer, {
      what: `the fault ${name} to land`,
      boundMs: this.#system.injectsWithinMs ?? INJECT_MS,
    })
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code === 'FD_DRILL_TIMEOUT') end()
        throw error
      })
      .finally(() => this.#signal.removeEventListener('abort', end))
    this.injected.push({ step, askedAtMs, fault })
    this.#begunAtMs ??= fault.injectedAtMs
    const { landed, proof } = fault.landing
    this.#record(step, { endedAtMs: Date.now(), ok: landed, detail: proof })
  }

  async #act(step: ActionStep): Promise<void> {
    this.#begunAtMs ??= Date.now()
    const keep = (putBack: PutBack) => void this.#changes.add({ kind: 'action', step, putBack })
    const detail = await step.action.do(this.#system, keep)
    this.#record(step, { endedAtMs: Date.now(), ok: true, detail })
  }

  #record(step: MethodStep, what: Partial<JournalStep>): void {
    const journal = this.steps.find(({ index }) => index === step.index)
    if (journal !== undefined) Object.assign(journal, what)
  }
}

/** Bounds in milliseconds: a fault may take a while to land, and to be undone. */
const INJECT_MS = 30_000
const LIFT_MS = 30_000
/** For one that has not landed in time: until systemd has killed a unit that does not stop (90 s), or a little longer. */
const LATE_MS = 75_000

export interface MethodHooks {
  onError(error: unknown): void
}

/** Something that the run has done to the system, and that must be undone. */
type Change = FaultChange | { kind: 'action'; step: ActionStep; putBack: PutBack }

interface FaultChange {
  kind: 'fault'
  step: FaultStep
  answer: Promise<InjectedFault>
  /** Its id is known: it can be lifted. */
  isAnswered: boolean
}

const NOT_BEGUN = { startedAtMs: null, endedAtMs: null, ok: false, detail: 'did not begin', putBack: null }

function notPutBack(step: MethodStep): string {
  if (step.kind === 'action') return `${nameStep(step)} could not be put back`
  return `${nameStep(step)} could not be lifted; its own limit of ${formatDuration(step.forMs)} undoes it`
}
