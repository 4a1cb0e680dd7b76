import type { EndpointCounts } from './client-counts.ts'
import { Histogram, type PackedHistogram } from './histogram.ts'

/** What one engine counts between two reports. */

/** Endpoints beyond that many are counted together: names made of ids would fill the memory and say nothing. */
const MAX_ENDPOINTS = 500
/** Of an endpoint's name, in characters: journeys choose it freely. Control accepts no longer ones. */
const LONGEST_NAME = 1_024
const OTHERS = '(other endpoints)'

/** The counts of one engine, emptied at each flush. Recording costs nanoseconds. */
export class Tally {
  readonly #endpoints = new Map<string, Endpoint>()
  #checks = new Map<string, CheckCount>()
  #thrown = new Map<string, number>()

  endpoint(name: string): Endpoint {
    const known = this.#endpoints.get(name)
    if (known !== undefined) return known
    if (name.length > LONGEST_NAME) return this.endpoint(name.slice(0, LONGEST_NAME))
    if (this.#endpoints.size >= MAX_ENDPOINTS && name !== OTHERS) return this.endpoint(OTHERS)
    const endpoint = new Endpoint(name)
    this.#endpoints.set(name, endpoint)
    return endpoint
  }

  check(name: string, passed: boolean): void {
    let count = this.#checks.get(name)
    if (count === undefined) {
      count = { passed: 0, failed: 0 }
      this.#checks.set(name, count)
    }
    if (passed) count.passed += 1
    else count.failed += 1
  }

  threw(message: string): void {
    this.#thrown.set(message, (this.#thrown.get(message) ?? 0) + 1)
  }

  /** How the requests since the last flush ended, by endpoint. */
  counts(): EndpointCounts[] {
    return [...this.#endpoints.values()].map(({ name, requests, causes }) => ({
      name,
      requests,
      causes: Object.fromEntries(causes),
    }))
  }

  thrown(): Record<string, number> {
    return Object.fromEntries(this.#thrown)
  }

  /** What was counted since the last call. */
  flush(): Interval {
    const endpoints: EndpointInterval[] = []
    for (const endpoint of this.#endpoints.values()) {
      if (endpoint.requests === 0 && endpoint.failures === 0) continue
      endpoints.push({
        name: endpoint.name,
        requests: endpoint.requests,
        failures: endpoint.failures,
        bytes: endpoint.bytes,
        causes: Object.fromEntries(endpoint.causes),
        latency: endpoint.latency.pack(),
      })
      endpoint.requests = 0
      endpoint.failures = 0
      endpoint.bytes = 0
      endpoint.causes.clear()
      endpoint.latency.clear()
    }
    const interval = {
      endpoints,
      checks: Object.fromEntries(this.#checks),
      thrown: Object.fromEntries(this.#thrown),
    }
    this.#checks = new Map()
    this.#thrown = new Map()
    return interval
  }
}

/** Counts of one endpoint since the last flush. */
export class Endpoint {
  readonly name: string
  requests = 0
  failures = 0
  bytes = 0
  readonly causes = new Map<string, number>()
  readonly latency = new Histogram()

  constructor(name: string) {
    this.name = name
  }

  /** A request is over. Quick failures have no latency: a refused connection is fast, and would improve the figures. */
  done(durationMs: number, cause: string | undefined, bytes: number): void {
    this.requests += 1
    this.bytes += bytes
    if (cause !== undefined) this.fail(cause)
    if (cause === undefined || cause === 'timeout') this.latency.record(durationMs * 1_000)
  }

  fail(cause: string): void {
    this.failures += 1
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1)
  }
}

/** What happened at one endpoint in one stretch of time. */
export interface EndpointInterval {
  name: string
  requests: number
  failures: number
  /** Bytes of the bodies that came in. */
  bytes: number
  causes: Record<string, number>
  latency: PackedHistogram
}

export interface CheckCount {
  passed: number
  failed: number
}

/** What an engine counted in one stretch of time. */
export interface Interval {
  endpoints: EndpointInterval[]
  checks: Record<string, CheckCount>
  /** Errors that the journey's own code threw, by message. */
  thrown: Record<string, number>
}
