import type { Logger } from 'pino'
import { messageOf } from '../base/errors.ts'

/** Whether a dependency answers. Logs when it stops and when it is back, not with every request in between. */
export class Reachability {
  readonly #logger: Logger
  readonly #texts: ReachabilityTexts
  readonly #onBack: () => void
  #isLost = false

  constructor(logger: Logger, texts: ReachabilityTexts, onBack: () => void = () => undefined) {
    this.#logger = logger
    this.#texts = texts
    this.#onBack = onBack
  }

  get isLost(): boolean {
    return this.#isLost
  }

  failed(error: unknown): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#logger.warn({ reason: messageOf(error) }, this.#texts.lost)
  }

  answered(): void {
    if (!this.#isLost) return
    this.#isLost = false
    this.#logger.info(this.#texts.back)
    this.#onBack()
  }
}

export interface ReachabilityTexts {
  /** "Redis does not answer" */
  lost: string
  /** "Redis answers again" */
  back: string
}
