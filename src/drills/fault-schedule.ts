import { formatDuration } from '../base/duration.ts'
import { messageOf } from '../base/errors.ts'
import { sleep } from '../base/wait.ts'
import type { MethodStep } from './drill.ts'
import type { DoneStep } from './facts.ts'
import type { LiftedFault, SystemUnderDrill } from './system.ts'
import { within } from './within.ts'

/** Bounds in milliseconds: a fault may take a while to land, and to be undone. */
const INJECT_MS = 30_000
const LIFT_MS = 30_000

/** Injects the steps of a method when they are due, and lifts whatever was injected. */
export class FaultSchedule {
  readonly injected: DoneStep[] = []
  /** By id of the fault. */
  readonly lifted = new Map<string, LiftedFault>()
  readonly #system: Pick<SystemUnderDrill, 'inject' | 'lift'>
  readonly #steps: readonly MethodStep[]
  readonly #signal: AbortSignal
  #others: Promise<void> = Promise.resolve()
  #complete = false

  /** No step begins after the signal is aborted. */
  constructor(system: Pick<SystemUnderDrill, 'inject' | 'lift'>, steps: readonly MethodStep[], signal: AbortSignal) {
    this.#system = system
    this.#steps = steps
    this.#signal = signal
  }

  /** Whether every step has been injected, or has failed. */
  get complete(): boolean {
    return this.#complete
  }

  /** Injects the first step now, and the others on their time after `allRunningAtMs`. Rejects when the first one fails. */
  async begin(allRunningAtMs: number, onError: (error: unknown) => void): Promise<void> {
    const [first, ...others] = this.#steps
    if (first !== undefined) await this.#inject(first)
    this.#others = this.#injectOthers(others, allRunningAtMs).then(
      () => {
        this.#complete = true
      },
      (error: unknown) => {
        this.#complete = true
        if (!this.#signal.aborted) onError(error)
      },
    )
  }

  /**
   * Lifts every fault, the last one first, once no step is under way any more. Returns what could not be lifted, in
   * sentences; never rejects.
   */
  async liftAll(onLifted: (step: MethodStep, lifted: LiftedFault) => void): Promise<string[]> {
    await this.#others
    const problems: string[] = []
    for (const { step, fault } of this.injected.toReversed()) {
      try {
        const lifted = await within(LIFT_MS, `${step.fault} to be lifted`, this.#system.lift(fault.id))
        this.lifted.set(fault.id, lifted)
        onLifted(step, lifted)
      } catch (error) {
        const limit = `its own limit of ${formatDuration(step.forMs)} undoes it`
        problems.push(`${step.fault} (${fault.id}) could not be lifted; ${limit}: ${messageOf(error)}`)
      }
    }
    return problems
  }

  async #injectOthers(steps: readonly MethodStep[], allRunningAtMs: number): Promise<void> {
    for (const step of steps) {
      await sleep(Math.max(0, allRunningAtMs + step.atMs - Date.now()), this.#signal)
      await this.#inject(step)
    }
  }

  /** Not cut short by the signal: only a fault whose id is known can be lifted. */
  async #inject(step: MethodStep): Promise<void> {
    const { fault, target, params, forMs } = step
    const askedAtMs = Date.now()
    const answer = this.#system.inject({ fault, target, params, forMs })
    this.injected.push({ step, askedAtMs, fault: await within(INJECT_MS, `the fault ${fault} to land`, answer) })
  }
}
