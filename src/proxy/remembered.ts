export interface RememberedOptions<V> {
  create: () => V
  /** How many of those that nobody uses are kept. */
  most: number
  /** Whether a value that nobody uses is worth to be kept. */
  isWorth: (value: V) => boolean
}

/**
 * Values by key that outlive their users, so that a counter goes on where it was when its key comes back. Of those without a
 * user only the latest are kept.
 */
export class Remembered<V> {
  readonly #options: RememberedOptions<V>
  readonly #entries = new Map<string, { value: V; users: number }>()

  constructor(options: RememberedOptions<V>) {
    this.#options = options
  }

  /** The value of a key, for a user who releases it at the end. */
  take(key: string): V {
    const entry = this.#entries.get(key) ?? { value: this.#options.create(), users: 0 }
    entry.users++
    this.#entries.set(key, entry)
    return entry.value
  }

  release(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined || --entry.users > 0) return
    // Behind all others: the first without a user is the one that has had none for the longest time.
    this.#entries.delete(key)
    if (this.#options.isWorth(entry.value)) this.#entries.set(key, entry)
    const unused = [...this.#entries].filter(([, { users }]) => users === 0)
    for (const [old] of unused.slice(0, -this.#options.most)) this.#entries.delete(old)
  }

  /** Key and value, those in use included. */
  *[Symbol.iterator](): IterableIterator<[key: string, value: V]> {
    for (const [key, { value }] of this.#entries) yield [key, value]
  }
}
