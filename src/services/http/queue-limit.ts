/**
 * Decides who may still wait for one of `servers` that work side by side. Who would be served too late is refused at once:
 * a queue that only grows makes everybody slow, and those who gave up are served for nothing. Expected wait = waiting ×
 * mean service time / servers.
 */
export class QueueLimit {
  readonly #servers: number
  readonly #maxWaiting: number
  readonly #maxWaitMs: number
  #meanMs = 0

  constructor(limits: { servers: number; maxWaiting: number; maxWaitMs: number }) {
    this.#servers = limits.servers
    this.#maxWaiting = limits.maxWaiting
    this.#maxWaitMs = limits.maxWaitMs
  }

  /** Whether one more may queue behind the `waiting` that do. Who finds nobody waiting always may. */
  admits(waiting: number): boolean {
    if (waiting === 0) return true
    return waiting < this.#maxWaiting && (waiting * this.#meanMs) / this.#servers < this.#maxWaitMs
  }

  /** To be called with the time that each served one took, in milliseconds, without its wait. */
  served(ms: number): void {
    this.#meanMs += WEIGHT * (ms - this.#meanMs)
  }
}

/** How quickly the mean follows: about the last fifty. Quicker, and one flush of the disk that takes long would look like a slow service. */
const WEIGHT = 0.02
