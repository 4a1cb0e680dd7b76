/**
 * One deadline for many promises. All have the same length, so that the oldest is the first to expire, and one timer does
 * for all: a timer for each request would cost more than many a request. They stand in a ring, not in a Set: a Set under
 * such a coming and going leaves tables behind that the garbage collector takes for alive, with all that was in them.
 */
export class Deadlines {
  readonly #limitMs: number
  readonly #late: () => Error
  readonly #nowMs: () => number
  /** Belongs to nobody: `next` is the oldest. */
  readonly #ring = new Entry(0, () => undefined)
  #size = 0
  #timer: NodeJS.Timeout | undefined

  /** `late` makes the error of what did not settle within `limitMs`. */
  constructor(limitMs: number, late: () => Error, nowMs: () => number = () => performance.now()) {
    this.#limitMs = limitMs
    this.#late = late
    this.#nowMs = nowMs
  }

  /** What has neither settled nor expired. */
  get size(): number {
    return this.#size
  }

  /** The same outcome, or `late`'s error when there was none in time; what comes later is dropped. */
  limit<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => this.watch(work, resolve, reject))
  }

  /** The same for who needs no promise: calls one of the two, once. */
  watch<T>(work: PromiseLike<T>, settled: (value: T) => void, failed: (error: unknown) => void): void {
    const entry = new Entry(this.#nowMs() + this.#limitMs, failed)
    this.#ring.append(entry)
    this.#size++
    this.#timer ??= this.#wake()
    work.then(
      (value) => {
        if (this.#take(entry)) settled(value)
      },
      (error: unknown) => {
        if (this.#take(entry)) failed(error)
      },
    )
  }

  /** False when it was taken before. */
  #take(entry: Entry): boolean {
    if (entry.isAlone) return false
    entry.remove()
    this.#size--
    return true
  }

  #wake(): NodeJS.Timeout {
    // Timers come before sockets: after the event loop was held up, what has arrived meanwhile is read first.
    const expire = () => setImmediate(() => this.#expire())
    return setTimeout(expire, Math.max(1, this.#limitMs * PRECISION)).unref()
  }

  #expire(): void {
    const now = this.#nowMs()
    while (this.#size > 0 && this.#ring.next.untilMs <= now) {
      const oldest = this.#ring.next
      this.#take(oldest)
      oldest.failed(this.#late())
    }
    this.#timer = this.#size > 0 ? this.#wake() : undefined
  }
}

/** One that waits, in a ring with those that began before and after it. */
class Entry {
  previous: Entry = this
  next: Entry = this
  readonly untilMs: number
  readonly failed: (error: unknown) => void

  constructor(untilMs: number, failed: (error: unknown) => void) {
    this.untilMs = untilMs
    this.failed = failed
  }

  get isAlone(): boolean {
    return this.next === this
  }

  append(entry: Entry): void {
    entry.previous = this.previous
    entry.next = this
    this.previous.next = entry
    this.previous = entry
  }

  /** Takes it out; it then points at nobody. */
  remove(): void {
    this.previous.next = this.next
    this.next.previous = this.previous
    this.previous = this
    this.next = this
  }
}

/** How late, as a share of the limit, an expiry may be noticed. */
const PRECISION = 0.1
