import type { LiftView } from '../contract.ts'

/**
 * Lifts every fault once everything is halted. Control notices the file by which it is halted, and is asked by the process that wrote
 * it: the first of the two begins the sweep, and the answer holds all that was lifted since.
 */
export class HaltSweep {
  readonly #sweep: () => Promise<LiftView[]>
  #hasBegun = false
  /** Begun because the file was noticed; no answer has returned its lifts yet. */
  #seen: { lifted: Promise<LiftView[]>; isOver: boolean } | undefined

  constructor(sweep: () => Promise<LiftView[]>) {
    this.#sweep = sweep
  }

  /** The file was noticed. */
  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    const lifted = this.#sweep()
    const seen = { lifted, isOver: false }
    this.#seen = seen
    void lifted.finally(() => {
      seen.isOver = true
    })
  }

  /** For a request to halt: waits for a sweep that is under way, and sweeps again after one that is over. */
  async answer(): Promise<LiftView[]> {
    this.#hasBegun = true
    const seen = this.#seen
    this.#seen = undefined
    if (seen === undefined) return this.#sweep()
    const { isOver } = seen
    const lifted = await seen.lifted
    return isOver ? [...lifted, ...(await this.#sweep())] : lifted
  }

  /** The halt was released. */
  forget(): void {
    this.#hasBegun = false
    this.#seen = undefined
  }
}
