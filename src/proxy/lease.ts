/** A time after which something ends unless it is renewed. */

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** Calls back once its time is over, unless it is renewed or ended before. Without a time it does not end. */
export class Lease {
  readonly #expired: () => void
  #endsMs = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(expired: () => void) {
    this.#expired = expired
  }

  /** Milliseconds left; `undefined` when it does not end. */
  leftMs(): number | undefined {
    if (this.#endsMs === Number.POSITIVE_INFINITY) return undefined
    return Math.max(0, Math.round(this.#endsMs - performance.now()))
  }

  /** From now on it ends after `ttlMs`; with `null` it does not end. */
  renew(ttlMs: number | null): void {
    this.end()
    if (ttlMs === null) return
    this.#endsMs = performance.now() + ttlMs
    this.#wait()
  }

  /** Ends it without a call. */
  end(): void {
    clearTimeout(this.#timer)
    this.#endsMs = Number.POSITIVE_INFINITY
  }

  #wait(): void {
    const leftMs = Math.min(Math.max(0, this.#endsMs - performance.now()), LONGEST_TIMEOUT_MS)
    this.#timer = setTimeout(() => {
      if (performance.now() < this.#endsMs) return this.#wait()
      this.end()
      this.#expired()
    }, Math.ceil(leftMs))
    this.#timer.unref()
  }
}
