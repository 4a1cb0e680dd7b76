/**
 * Skips what has failed three times in a row: one try a second finds out whether it works again, so that a Redis that
 * hangs delays one request a second and not all of them.
 */
export class Breaker {
  readonly #nowMs: () => number
  #failures = 0
  #retryAtMs = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  mayTry(): boolean {
    if (this.#failures < FAILURES_TO_OPEN) return true
    const now = this.#nowMs()
    if (now < this.#retryAtMs) return false
    this.#retryAtMs = now + OPEN_MS
    return true
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(): void {
    this.#failures++
    if (this.#failures >= FAILURES_TO_OPEN) this.#retryAtMs = this.#nowMs() + OPEN_MS
  }
}

const FAILURES_TO_OPEN = 3
const OPEN_MS = 1_000
