/** The keys whose cache entry may be out of date: until somebody knows better, or the entry must have expired. */
export class SuspectKeys {
  readonly #untilMs = new Map<string, number>()
  readonly #ttlMs: number
  readonly #nowMs: () => number
  #everythingUntilMs = 0

  constructor(ttlMs: number, nowMs: () => number) {
    this.#ttlMs = ttlMs
    this.#nowMs = nowMs
  }

  /** Distrusts a key; returns how to trust it again, which a later change of the same key overrules. */
  add(key: string): () => void {
    const until = this.#nowMs() + this.#ttlMs
    if (this.#untilMs.size >= MAX_KEYS && !this.#untilMs.has(key)) this.#forgetExpired()
    if (this.#untilMs.size >= MAX_KEYS && !this.#untilMs.has(key)) {
      this.#everythingUntilMs = until
      return () => undefined
    }
    this.#untilMs.set(key, until)
    return () => {
      if (this.#untilMs.get(key) === until) this.#untilMs.delete(key)
    }
  }

  has(key: string): boolean {
    const until = this.#untilMs.get(key)
    if (until === undefined) return this.#everythingUntilMs > 0 && this.#nowMs() < this.#everythingUntilMs
    if (this.#nowMs() < until) return true
    this.#untilMs.delete(key)
    return false
  }

  keys(): string[] {
    this.#forgetExpired()
    return [...this.#untilMs.keys()]
  }

  #forgetExpired(): void {
    const now = this.#nowMs()
    for (const [key, until] of this.#untilMs) if (until <= now) this.#untilMs.delete(key)
  }
}

/** Keys are remembered up to here; beyond it nothing is trusted until every entry has expired. */
const MAX_KEYS = 10_000
