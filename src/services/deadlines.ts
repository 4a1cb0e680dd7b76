interface Entry {
  readonly untilMs: number
  readonly expire: () => void
}

/** How late, as a share of the limit, an expiry may be noticed. */
const PRECISION = 0.1

/**
 * One deadline for many promises. All have the same length, so that the oldest is the first to expire, and one timer does
 * for all: a timer for each request would cost more than many a request.
 */
export class Deadlines {
  readonly #limitMs: number
  readonly #late: () => Error
  readonly #nowMs: () => number
  readonly #entries = new Set<Entry>()
  #timer: NodeJS.Timeout | undefined

  /** `late` makes the error of what did not settle within `limitMs`. */
  constructor(limitMs: number, late: () => Error, nowMs: () => number = () => performance.now()) {
    this.#limitMs = limitMs
    this.#late = late
    this.#nowMs = nowMs
  }

  /** What has neither settled nor expired. */
  get size(): number {
    return this.#entries.size
  }

  /** The same outcome, or `late`'s error when there was none in time; what comes later is dropped. */
  limit<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => this.watch(work, resolve, reject))
  }

  /** The same without a promise: calls one of the two, once. */
  watch<T>(work: PromiseLike<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
    const entry: Entry = { untilMs: this.#nowMs() + this.#limitMs, expire: () => reject(this.#late()) }
    this.#entries.add(entry)
    this.#timer ??= this.#wake()
    work.then(
      (value) => {
        if (this.#entries.delete(entry)) resolve(value)
      },
      (error: unknown) => {
        if (this.#entries.delete(entry)) reject(error)
      },
    )
  }

  #wake(): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), Math.max(1, this.#limitMs * PRECISION)).unref()
  }

  #expire(): void {
    const now = this.#nowMs()
    for (const entry of this.#entries) {
      if (entry.untilMs > now) break
      this.#entries.delete(entry)
      entry.expire()
    }
    this.#timer = this.#entries.size > 0 ? this.#wake() : undefined
  }
}
