import type { LiftView } from '../contract.ts'

/**
 * The sweep of a pulled lever. Control sees the file, and is asked by whoever wrote it: whichever comes first begins it, and the
 * answer holds all that was lifted since the lever was pulled.
 */
export class HaltSweep {
  readonly #sweep: () => Promise<LiftView[]>
  #hasBegun = false
  /** Begun because the file was seen; nobody has been answered with it yet. */
  #seen: { lifted: Promise<LiftView[]>; isOver: boolean } | undefined

  constructor(sweep: () => Promise<LiftView[]>) {
    this.#sweep = sweep
  }

  /** The file was seen. */
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

  /** Somebody asks: what is under way is waited for; after one that is over it is looked again. */
  async answer(): Promise<LiftView[]> {
    this.#hasBegun = true
    const seen = this.#seen
    this.#seen = undefined
    if (seen === undefined) return this.#sweep()
    const { isOver } = seen
    const lifted = await seen.lifted
    return isOver ? [...lifted, ...(await this.#sweep())] : lifted
  }

  /** The lever was released. */
  forget(): void {
    this.#hasBegun = false
    this.#seen = undefined
  }
}
