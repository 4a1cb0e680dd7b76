import { Histogram } from '../figures/histogram.ts'

/** How late the event loop is. */

/** Time between two samples, in milliseconds. */
const EVERY_MS = 10

/**
 * How late this thread notices what happens: an answer that has come, a time that is due. A loop that is blocked for a second is
 * late for all that would have come in that second, so a late sample counts for each sample that it has delayed. One sample a
 * stall would hide the worst stalls from every percentile.
 */
export class LagWatch {
  /** In microseconds. */
  readonly lag = new Histogram()
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0

  start(): void {
    this.stop()
    this.lag.clear()
    this.#lastMs = performance.now()
    this.#timer = setInterval(() => this.#sample(performance.now()), EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Milliseconds. */
  get p99Ms(): number {
    return this.lag.percentile(99) / 1_000
  }

  #sample(nowMs: number): void {
    recordStall(this.lag, nowMs - this.#lastMs - EVERY_MS)
    this.#lastMs = nowMs
  }
}

/** Records a sample that came `lateMs` late, and those that were due in that time. */
export function recordStall(lag: Histogram, lateMs: number): void {
  lag.record(Math.max(0, lateMs) * 1_000)
  for (let restMs = lateMs - EVERY_MS; restMs > 0; restMs -= EVERY_MS) lag.record(restMs * 1_000)
}
