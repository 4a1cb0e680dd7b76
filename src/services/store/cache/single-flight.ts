/** Makes one piece of work of those that are asked for under one key while it is under way. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>()

  /** The outcome of the work under way for `key`, failure included, or else of `work`, which is started. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const underWay = this.#flights.get(key)
    if (underWay !== undefined) return underWay
    const flight = work().finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }
}
