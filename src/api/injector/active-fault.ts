import { messageOf } from '../../base/errors.ts'
import { restOfMs, retryFor } from '../../base/wait.ts'
import type { RunningFault, Undone } from '../../faults/fault.ts'
import { RENEW_EVERY_MS } from '../../faults/lease.ts'
import type { FaultView, LiftView } from '../contract.ts'

/** One active fault. */

/** Undoing that fails is tried again, since the target may be starting or the proxy restarting. Milliseconds. */
const RETRY = { timeoutMs: 5_000, intervalMs: 250 }

/** One fault from its injection until it is undone: because it is lifted, its time is over, or its target no longer holds it. */
export class ActiveFault {
  readonly view: FaultView
  readonly #running: RunningFault
  readonly #onEnded: (lift: LiftView) => void
  readonly #deadline: NodeJS.Timeout
  readonly #renewal: NodeJS.Timeout | undefined
  /** A renewal that is under way. */
  #renewing: Promise<void> | undefined
  #ending: Promise<LiftView> | undefined
  #failure: string | undefined

  constructor(view: FaultView, running: RunningFault, onEnded: (lift: LiftView) => void) {
    this.view = view
    this.#running = running
    this.#onEnded = onEnded
    const { injectedAtMs, undoneByMs } = view
    const restMs = restOfMs(undoneByMs - injectedAtMs, injectedAtMs)
    this.#deadline = setTimeout(() => void this.end('its time was over: '), restMs)
    this.#renewal = this.isHeldByTarget ? setInterval(() => this.#renew(), RENEW_EVERY_MS) : undefined
  }

  /** Whether the target holds it by itself, for as long as it is renewed. */
  get isHeldByTarget(): boolean {
    return this.#running.renew !== undefined
  }

  /** Undoes it, once; `why` begins the detail of how it ended. */
  end(why: string): Promise<LiftView> {
    this.#ending ??= this.#undo(why)
    return this.#ending
  }

  /** Why it could not be undone, as of the last attempt; `undefined` when it was. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Tries once more to undo what could not be undone. */
  undoAgain(): Promise<LiftView> {
    return this.#attempt(() => this.#running.undo(), 'at a later attempt: ')
  }

  stopTimers(): void {
    clearTimeout(this.#deadline)
    clearInterval(this.#renewal)
  }

  /** One at a time: a target that is slow to answer is not asked again meanwhile. */
  #renew(): void {
    // A target that cannot be reached drops the fault by itself, or is found without it later.
    this.#renewing ??= this.#running
      .renew?.()
      .catch(() => true)
      .then((isHeld) => {
        this.#renewing = undefined
        if (!isHeld) void this.end('')
      })
  }

  async #undo(why: string): Promise<LiftView> {
    this.stopTimers()
    // A renewal that arrives after the undoing would bring the fault back.
    await this.#renewing
    const lift = await this.#attempt(() => retryFor(() => this.#running.undo(), RETRY), why)
    this.#onEnded(lift)
    return lift
  }

  async #attempt(undo: () => Promise<Undone>, why: string): Promise<LiftView> {
    const { id, fault, service, replica } = this.view
    let undone: Undone & Pick<LiftView, 'failed'>
    try {
      undone = await undo()
      this.#failure = undefined
    } catch (error) {
      this.#failure = messageOf(error)
      const failed = this.#running.lasts === true ? { failed: true } : {}
      undone = { changed: false, ...failed, detail: `could not be undone: ${this.#failure}` }
    }
    return { id, fault, service, replica, liftedAtMs: Date.now(), ...undone, detail: `${why}${undone.detail}` }
  }
}
