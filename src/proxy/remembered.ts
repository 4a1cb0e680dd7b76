/**
 * Values by key that outlive their users, so that a counter continues where it was when its key comes back. Of unused values only
 * the latest are kept.
 */
export class Remembered<V> {
  readonly #options: RememberedOptions<V>
  readonly #used = new Map<string, { value: V; users: number }>()
  /** Unused values, the one that has been unused for longest first. */
  readonly #unused = new Map<string, V>()

  constructor(options: RememberedOptions<V>) {
    this.#options = options
  }

  /** Returns the value of a key, for a user that releases it at the end. */
  take(key: string): V {
    const entry = this.#used.get(key) ?? { value: this.#unused.get(key) ?? this.#options.create(), users: 0 }
    this.#unused.delete(key)
    entry.users++
    this.#used.set(key, entry)
    return entry.value
  }

  release(key: string): void {
    const entry = this.#used.get(key)
    if (entry === undefined || --entry.users > 0) return
    this.#used.delete(key)
    if (!this.#options.isWorth(entry.value)) return
    this.#unused.set(key, entry.value)
    const [oldest] = this.#unused.size > this.#options.most ? this.#unused.keys() : []
    if (oldest !== undefined) this.#unused.delete(oldest)
  }

  /** Key and value, those in use included. */
  *[Symbol.iterator](): IterableIterator<[key: string, value: V]> {
    yield* this.#unused
    for (const [key, { value }] of this.#used) yield [key, value]
  }
}

export interface RememberedOptions<V> {
  create: () => V
  /** How many unused values are kept. */
  most: number
  /** Whether an unused value is worth keeping. */
  isWorth: (value: V) => boolean
}
