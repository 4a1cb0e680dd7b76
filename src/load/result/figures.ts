import { Histogram, type PackedHistogram } from '../figures/histogram.ts'
import type { CheckCount } from '../figures/tally.ts'
import type { EngineReport } from '../users/engine.ts'

/**
 * The figures of a whole run, made of what its threads report each second. Percentiles are taken from merged histograms, and
 * never averaged: not over threads, seconds or endpoints.
 */
export class Figures {
  readonly history: Second[] = []
  readonly checks: Record<string, CheckCount> = {}
  /** What the journey's own code threw, by message. */
  readonly thrown: Record<string, number> = {}
  readonly lateness = new Histogram()
  readonly #threads: number
  /** By thread: the last second that it reported. */
  readonly #lastSecond = new Map<number, number>()
  readonly #left = new Set<number>()
  readonly #all = new Totals()
  readonly #endpoints = new Map<string, Totals>()
  readonly #open = new Map<number, OpenSecond>()
  readonly #unfinished = new Map<number, number>()
  readonly #lagP99Ms = new Map<number, number>()

  constructor(threads: number) {
    this.#threads = threads
  }

  /** Adds a thread's report of one second. Returns the second when this was the last thread to report it. */
  add(thread: number, second: number, report: EngineReport): Second | undefined {
    let open = this.#open.get(second)
    if (open === undefined) {
      const all = new Totals()
      open = {
        reports: 0,
        users: 0,
        busyRatio: 0,
        coreWaitRatio: 0,
        all,
        endpoints: new Map(),
        lateness: new Histogram(),
      }
      this.#open.set(second, open)
    }
    open.reports += 1
    open.users += report.users
    open.busyRatio = Math.max(open.busyRatio, report.generator.busyRatio)
    open.coreWaitRatio = Math.max(open.coreWaitRatio, report.generator.coreWaitRatio ?? 0)
    open.lateness.addPacked(report.generator.lateness)
    this.lateness.addPacked(report.generator.lateness)
    this.#unfinished.set(thread, report.unfinished)
    this.#lagP99Ms.set(thread, report.generator.lagP99Ms)
    for (const interval of report.endpoints) {
      for (const totals of [
        open.all,
        ensure(open.endpoints, interval.name),
        this.#all,
        ensure(this.#endpoints, interval.name),
      ]) {
        totals.requests += interval.requests
        totals.failures += interval.failures
        totals.bytes += interval.bytes
        totals.latency.addPacked(interval.latency)
        for (const [cause, count] of Object.entries(interval.causes)) {
          totals.causes.set(cause, (totals.causes.get(cause) ?? 0) + count)
        }
      }
    }
    for (const [name, { passed, failed }] of Object.entries(report.checks)) {
      const before = this.checks[name] ?? { passed: 0, failed: 0 }
      this.checks[name] = { passed: before.passed + passed, failed: before.failed + failed }
    }
    for (const [message, count] of Object.entries(report.thrown)) {
      this.thrown[message] = (this.thrown[message] ?? 0) + count
    }
    this.#lastSecond.set(thread, second)
    return this.#isComplete(second, open) ? this.#close(second, open) : undefined
  }

  /** A thread has reported its last second: later seconds do not wait for it. */
  leave(thread: number): void {
    this.#left.add(thread)
    for (const [second, open] of [...this.#open].sort(([a], [b]) => a - b)) {
      if (this.#isComplete(second, open)) this.#close(second, open)
    }
  }

  total(): EndpointFigures {
    return figuresOf('all', this.#all)
  }

  /** By name. */
  endpoints(): EndpointFigures[] {
    return [...this.#endpoints]
      .map(([name, totals]) => figuresOf(name, totals))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Requests that were cut off because the run ended. */
  get unfinished(): number {
    return sum(this.#unfinished.values())
  }

  /** Event loop lag of the worst thread, p99, milliseconds. */
  get lagP99Ms(): number {
    return Math.max(0, ...this.#lagP99Ms.values())
  }

  #isComplete(second: number, { reports }: OpenSecond): boolean {
    const gone = [...this.#left].filter((thread) => (this.#lastSecond.get(thread) ?? -1) < second)
    return reports + gone.length >= this.#threads
  }

  #close(second: number, open: OpenSecond): Second {
    this.#open.delete(second)
    const closed: Second = {
      second,
      users: open.users,
      ...open.all.counts(),
      endpoints: Object.fromEntries([...open.endpoints].map(([name, totals]) => [name, totals.counts()])),
      ...(open.all.causes.size === 0 ? {} : { causes: Object.fromEntries(open.all.causes) }),
      busyRatio: open.busyRatio,
      coreWaitRatio: open.coreWaitRatio,
      latenessP99Ms: open.lateness.percentile(99) / 1_000,
    }
    this.history.push(closed)
    return closed
  }
}

export function latencyOf(histogram: Histogram): Latency | null {
  if (histogram.count === 0) return null
  const at = (percent: number) => histogram.percentile(percent) / 1_000
  return {
    mean: histogram.mean / 1_000,
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: histogram.max / 1_000,
  }
}

function figuresOf(name: string, totals: Totals): EndpointFigures {
  return {
    name,
    ...totals.counts(),
    bytes: totals.bytes,
    causes: Object.fromEntries([...totals.causes].sort(([, a], [, b]) => b - a)),
    histogram: totals.latency.pack(),
  }
}

function ensure(map: Map<string, Totals>, name: string): Totals {
  let totals = map.get(name)
  if (totals === undefined) {
    totals = new Totals()
    map.set(name, totals)
  }
  return totals
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/** Milliseconds. */
export interface Latency {
  mean: number
  p50: number
  p90: number
  p95: number
  p99: number
  p999: number
  max: number
}

/** Counts of an endpoint, or of all, over a stretch of time. */
export interface Counts {
  requests: number
  failures: number
  /** Of the requests that went well or timed out; null without any. */
  latencyMs: Latency | null
}

export interface EndpointFigures extends Counts {
  name: string
  bytes: number
  causes: Record<string, number>
  histogram: PackedHistogram
}

/** One second of a run. */
export interface Second extends Counts {
  /** Number of the second since the start, from 0. */
  second: number
  users: number
  endpoints: Record<string, Counts>
  /** Failures by cause; missing without any, and in the results of earlier versions. */
  causes?: Record<string, number>
  /** Of the busiest thread, 0-1. */
  busyRatio: number
  /** How late the generator was, p99 of the second, milliseconds. */
  latenessP99Ms: number
  /** How long the thread that waited longest waited for a core, as a share of the second, 0-1; 0 where the kernel does not measure it. */
  coreWaitRatio: number
}

class Totals {
  requests = 0
  failures = 0
  bytes = 0
  readonly causes = new Map<string, number>()
  readonly latency = new Histogram()

  counts(): Counts {
    return { requests: this.requests, failures: this.failures, latencyMs: latencyOf(this.latency) }
  }
}

/** One second while the reports of its threads come in. */
interface OpenSecond {
  reports: number
  users: number
  busyRatio: number
  coreWaitRatio: number
  all: Totals
  endpoints: Map<string, Totals>
  lateness: Histogram
}
