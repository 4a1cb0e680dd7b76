/** Values that take a while to get, by name: the last ones that were asked for. What fails is asked for again. */
export class Remembered<Value> {
  readonly #most: number
  readonly #values = new Map<string, Promise<Value>>()

  constructor(most: number) {
    this.#most = most
  }

  get(name: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#values.get(name)
    const value = known ?? read()
    // The one that was asked for last stands at the end.
    this.#values.delete(name)
    this.#values.set(name, value)
    if (known === undefined) value.catch(() => this.#values.get(name) === value && this.#values.delete(name))
    const [oldest] = this.#values.keys()
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest)
    return value
  }
}
