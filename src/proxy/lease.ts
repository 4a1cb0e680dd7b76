const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** Calls back once its time is over, unless it is renewed or ended before. Without a time it lasts. */
export class Lease {
  readonly #expired: () => void
  #endsMs = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(expired: () => void) {
    this.#expired = expired
  }

  /** Milliseconds left; `undefined` when it lasts. */
  leftMs(): number | undefined {
    if (this.#endsMs === Number.POSITIVE_INFINITY) return undefined
    return Math.max(0, Math.round(this.#endsMs - performance.now()))
  }

  /** From now on it ends after `ttlMs`; `null` makes it last. */
  renew(ttlMs: number | null): void {
    this.end()
    if (ttlMs === null) return
    this.#endsMs = performance.now() + ttlMs
    this.#wait()
  }

  /** It will not call back. */
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
