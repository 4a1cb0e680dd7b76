import type { LoadView } from '../contract.ts'
import type { ControlClient } from './client.ts'

/** Reports a load to control, one report after the other. Never waits and never fails: the load matters more than its display. */
export class LoadReporter {
  readonly #control: Pick<ControlClient, 'reportLoad'>
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(control: Pick<ControlClient, 'reportLoad'>) {
    this.#control = control
  }

  /** Control that does not answer misses seconds, but not the end. */
  send(view: LoadView): void {
    if (this.#waiting >= MOST_WAITING && !view.ended) return
    this.#waiting += 1
    this.#last = this.#last
      .then(() => this.#control.reportLoad(view))
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1
      })
  }

  /** Resolves when what was sent has arrived, or cannot. Never rejects. */
  async settled(): Promise<void> {
    await this.#last
  }
}

const MOST_WAITING = 5
