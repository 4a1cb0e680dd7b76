/**
 * How a worker's clock stands to ours, from exchanges with it: each has the moments of sending, arrival, answer and return. The clock of
 * the worker is off by half of what the two ways differ by, at most by half of the time on the way: the quickest exchange counts (as in
 * NTP, RFC 5905, section 8).
 */
export class WorkerClock {
  #best: ClockReading | undefined

  add({ sentAtMs, receivedAtMs, answeredAtMs, returnedAtMs }: Exchange): void {
    const onTheWayMs = Math.max(0, returnedAtMs - sentAtMs - (answeredAtMs - receivedAtMs))
    const offsetMs = (receivedAtMs - sentAtMs + (answeredAtMs - returnedAtMs)) / 2
    const errorMs = onTheWayMs / 2
    if (this.#best === undefined || errorMs < this.#best.errorMs) this.#best = { offsetMs, errorMs }
  }

  /** `undefined` before the first exchange. */
  get reading(): ClockReading | undefined {
    return this.#best
  }
}

/** Moments of one exchange: sending and return by our clock, arrival and answer by that of the worker. */
export interface Exchange {
  sentAtMs: number
  receivedAtMs: number
  answeredAtMs: number
  returnedAtMs: number
}

export interface ClockReading {
  /** What the clock of the worker shows more than ours, in milliseconds. */
  offsetMs: number
  /** By how much that may be wrong. */
  errorMs: number
}
