import { FiredrillError } from '../../base/errors.ts'
import { type Halted, haltedError, type Lever } from '../../runtimes/native/state/lever.ts'
import type { HaltView } from '../contract.ts'

/** Control's side of halting: whether anything may begin, and what is done when everything is halted. */
export class Halting {
  readonly #lever: Lever
  /** Halted by the API while the disk was full: it lasts as long as this process. */
  #unwritten: Halted | undefined
  #stopWatching: () => void = () => undefined

  constructor(lever: Lever) {
    this.#lever = lever
  }

  view(): HaltView | null {
    const written = this.#lever.read()
    if (written !== undefined) return { ...written, durable: true }
    return this.#unwritten === undefined ? null : { ...this.#unwritten, durable: false }
  }

  /** @throws FD_HALTED */
  refuse(): void {
    const halted = this.view()
    if (halted !== null) throw haltedError(halted)
  }

  async pull(why: string): Promise<HaltView> {
    try {
      return { ...(await this.#lever.pull(why)), durable: true }
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error
      this.#unwritten = { sinceMs: this.#unwritten?.sinceMs ?? Date.now(), why }
      return { ...this.#unwritten, durable: false }
    }
  }

  /** What it was; null when nothing was halted. */
  async release(): Promise<HaltView | null> {
    const before = this.view()
    await this.#lever.release()
    this.#unwritten = undefined
    return before
  }

  /** Calls `act` at each halt and each release, also by other processes, and at once when everything is halted already. */
  watch(act: (isPulled: boolean) => void): void {
    this.#stopWatching = this.#lever.watch((halted) => act(halted !== undefined))
  }

  close(): void {
    this.#stopWatching()
  }
}
