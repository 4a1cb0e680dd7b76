import { Histogram } from './histogram.ts'
import type { SecondFigures } from './load-summary.ts'
import type { Recorder } from './recorder.ts'

/**
 * The figures a second of a load that is under way. Each look costs only what is new since the last one: the thread that makes the
 * load must not stand still for a display.
 */
export class RunningSeconds {
  readonly #recorder: Pick<Recorder, 'from'>
  readonly #latencies = new Map<number, Histogram>()
  #startMs: number
  /** Requests that have been counted. */
  #counted = 0
  #figures: SecondFigures = { requests: [], failures: [], p95Ms: [] }

  /** `fromMs`: the first second, in epoch milliseconds. */
  constructor(recorder: Pick<Recorder, 'from'>, fromMs: number) {
    this.#recorder = recorder
    this.#startMs = Math.floor(fromMs / 1_000) * 1_000
  }

  /** Up to a moment before `nowMs`: what ended since may still turn out to be a failure. The last hour, if there is more. */
  read(nowMs: number): { startMs: number; figures: SecondFigures } {
    for (const { startMs, endMs, cause } of this.#recorder.from(this.#counted)) {
      if (endMs > nowMs - SETTLED_MS) break
      this.#counted += 1
      this.#add(Math.floor((endMs - this.#startMs) / 1_000), { latencyMs: endMs - startMs, cause })
    }
    for (const [second, latencies] of this.#latencies) {
      this.#figures.p95Ms[second] = Math.round(latencies.percentile(95)) / 1_000
      if (second < this.#figures.requests.length - KEPT_SECONDS) this.#latencies.delete(second)
    }
    this.#dropOldest()
    const { requests, failures, p95Ms } = this.#figures
    return { startMs: this.#startMs, figures: { requests: [...requests], failures: [...failures], p95Ms: [...p95Ms] } }
  }

  #add(second: number, { latencyMs, cause }: { latencyMs: number; cause: string | undefined }): void {
    if (second < 0) return
    const { requests, failures, p95Ms } = this.#figures
    while (requests.length <= second) {
      requests.push(0)
      failures.push(0)
      p95Ms.push(null)
    }
    requests[second] = (requests[second] ?? 0) + 1
    if (cause !== undefined) failures[second] = (failures[second] ?? 0) + 1
    if (cause !== undefined && cause !== 'timeout') return
    const latencies = this.#latencies.get(second) ?? new Histogram()
    this.#latencies.set(second, latencies)
    latencies.record(latencyMs * 1_000)
  }

  #dropOldest(): void {
    const surplus = this.#figures.requests.length - MOST_SECONDS
    if (surplus <= 0) return
    this.#startMs += surplus * 1_000
    for (const list of Object.values(this.#figures)) list.splice(0, surplus)
    const moved = [...this.#latencies].map(([second, latencies]) => [second - surplus, latencies] as const)
    this.#latencies.clear()
    for (const [second, latencies] of moved) if (second >= 0) this.#latencies.set(second, latencies)
  }
}

/** After this time, in milliseconds, a check of an answer has marked its request as failed. */
const SETTLED_MS = 200
/** Seconds in which requests may still end out of order. */
const KEPT_SECONDS = 10
const MOST_SECONDS = 3_600
