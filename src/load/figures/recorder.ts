import { Histogram } from './histogram.ts'
import type { Felt, LoadSummary, SecondFigures } from './load-summary.ts'

/** Keeps every request of a run; 3 numbers each, so that a million of them fit in memory. */
export class Recorder {
  readonly #startMs: number[] = []
  readonly #endMs: number[] = []
  readonly #causes = new Map<number, string>()

  /** Returns the number of the request, for `markFailed`. */
  record({ startMs, durationMs, cause }: RequestRecord): number {
    const index = this.#startMs.push(startMs) - 1
    this.#endMs.push(startMs + durationMs)
    if (cause !== undefined) this.#causes.set(index, cause)
    return index
  }

  /** Counts a recorded request as failed: a check found its answer wrong. */
  markFailed(request: number, cause: string): void {
    this.#causes.set(request, cause)
  }

  get requests(): number {
    return this.#startMs.length
  }

  get failures(): number {
    return this.#causes.size
  }

  summary(): LoadSummary {
    const histogram = new Histogram()
    const failuresByCause: Record<string, number> = {}
    let firstMs = Number.POSITIVE_INFINITY
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { startMs, endMs, cause } of this.from(0)) {
      firstMs = Math.min(firstMs, startMs)
      lastMs = Math.max(lastMs, endMs)
      if (cause === undefined || cause === 'timeout') histogram.record((endMs - startMs) * 1_000)
      if (cause !== undefined) failuresByCause[cause] = (failuresByCause[cause] ?? 0) + 1
    }
    const durationMs = this.requests === 0 ? 0 : lastMs - firstMs
    const inMs = (percent: number) => histogram.percentile(percent) / 1_000
    const { firstFailureMs, lastFailureMs } = this.felt(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    return {
      requests: this.requests,
      failures: this.failures,
      failuresByCause,
      durationMs,
      ratePerSecond: durationMs === 0 ? 0 : (this.requests / durationMs) * 1_000,
      latencyMs:
        histogram.count === 0 ? null : { p50: inMs(50), p95: inMs(95), p99: inMs(99), max: histogram.max / 1_000 },
      firstFailureMs,
      lastFailureMs,
      longestFailingMs: this.#longestFailingMs(),
    }
  }

  /**
   * Counts the requests that ended in the window. What failed began to be felt at `causeAtMs`, also when the request was
   * under way before that. All in epoch milliseconds.
   */
  felt(fromMs: number, toMs: number, causeAtMs: number = fromMs): Felt {
    let firstFailureMs: number | null = null
    let lastFailureMs: number | null = null
    let failures = 0
    let requests = 0
    for (const { startMs, endMs, cause } of this.from(0)) {
      if (endMs < fromMs || endMs > toMs) continue
      requests += 1
      if (cause === undefined) continue
      failures += 1
      const beganMs = Math.max(startMs, causeAtMs)
      firstFailureMs = Math.min(firstFailureMs ?? beganMs, beganMs)
      lastFailureMs = Math.max(lastFailureMs ?? causeAtMs, endMs)
    }
    if (firstFailureMs === null || lastFailureMs === null) {
      return { firstFailureMs, lastFailureMs, failures, requests, windowMs: 0 }
    }
    const [firstMs, lastMs] = [Math.round(firstFailureMs), Math.round(lastFailureMs)]
    return { firstFailureMs: firstMs, lastFailureMs: lastMs, failures, requests, windowMs: lastMs - firstMs }
  }

  /** One entry a second from `startMs`, by when a request ended, up to the last one. */
  seconds(startMs: number): SecondFigures {
    const figures: SecondFigures = { requests: [], failures: [], p95Ms: [] }
    const latencies: Histogram[] = []
    for (const { startMs: beganMs, endMs, cause } of this.from(0)) {
      const second = Math.floor((endMs - startMs) / 1_000)
      if (second < 0) continue
      while (figures.requests.length <= second) {
        figures.requests.push(0)
        figures.failures.push(0)
        latencies.push(new Histogram())
      }
      figures.requests[second] = (figures.requests[second] ?? 0) + 1
      if (cause !== undefined) figures.failures[second] = (figures.failures[second] ?? 0) + 1
      if (cause === undefined || cause === 'timeout') latencies[second]?.record((endMs - beganMs) * 1_000)
    }
    figures.p95Ms = latencies.map((latency) =>
      latency.count === 0 ? null : Math.round(latency.percentile(95)) / 1_000,
    )
    return figures
  }

  #longestFailingMs(): number {
    const inOrderOfEnd = [...this.from(0)].sort((a, b) => a.endMs - b.endMs)
    let longestMs = 0
    let beganMs: number | undefined
    for (const { startMs, endMs, cause } of inOrderOfEnd) {
      if (cause === undefined) {
        beganMs = undefined
        continue
      }
      beganMs = Math.min(beganMs ?? startMs, startMs)
      longestMs = Math.max(longestMs, endMs - beganMs)
    }
    return longestMs
  }

  /** The requests from the one of that number on, in the order in which they ended. */
  *from(first: number): Generator<RecordedRequest> {
    for (let index = first; index < this.#startMs.length; index += 1) {
      const startMs = this.#startMs[index] ?? 0
      yield { startMs, endMs: this.#endMs[index] ?? startMs, cause: this.#causes.get(index) }
    }
  }
}

/** A request that was recorded; times in epoch milliseconds. */
export interface RecordedRequest {
  startMs: number
  endMs: number
  cause: string | undefined
}

/** One request as its user saw it. */
export interface RequestRecord {
  /** Epoch milliseconds, with fractions. */
  startMs: number
  durationMs: number
  /** Why it failed ("refused", "timeout", "http 503"); missing when it went well. */
  cause?: string
}
