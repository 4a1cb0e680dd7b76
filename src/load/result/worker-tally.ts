import { Histogram } from '../figures/histogram.ts'
import type { Saturation } from '../figures/load-summary.ts'
import type { GeneratorReading, Measured } from '../saturation/saturation.ts'
import type { EngineReport } from '../users/engine.ts'
import { type Latency, latencyOf } from './figures.ts'

/** What one worker of a load measures, and whether it keeps up. Each is judged alone: in the sum of many a slow one would not be seen. */
export class WorkerTally {
  readonly #threads = new Map<number, ThreadTally>()
  readonly #latency = new Histogram()
  readonly #lateness = new Histogram()
  #requests = 0
  #failures = 0

  /** `isCounted`: whether all users of the load ran in that second. */
  add(thread: number, report: EngineReport, { isCounted }: { isCounted: boolean }): void {
    const tally = this.#threads.get(thread) ?? { users: 0, lagP99Ms: 0, seconds: 0, busy: 0, coreWait: 0 }
    this.#threads.set(thread, tally)
    tally.users = report.users
    addReading(tally, report.generator, isCounted)
    this.#lateness.addPacked(report.generator.lateness)
    for (const { requests, failures, latency } of report.endpoints) {
      this.#requests += requests
      this.#failures += failures
      this.#latency.addPacked(latency)
    }
  }

  figures(facts: WorkerFacts, judge: (measured: Measured) => Saturation): WorkerFigures {
    const latencyMs = latencyOf(this.#latency)
    const measured = this.#measured(latencyMs)
    return {
      ...facts,
      users:
        facts.lost === null
          ? this.#most(
              (thread) => thread.users,
              (a, b) => a + b,
            )
          : 0,
      requests: this.#requests,
      failures: this.#failures,
      latencyMs,
      busyRatio: measured.busyRatio,
      // A few seconds say nothing about how busy a thread is, and a first request is often slow.
      saturation: judge(this.#isLongEnough ? measured : { ...measured, latencyP99Ms: undefined, busyRatio: 0 }),
    }
  }

  get #isLongEnough(): boolean {
    return this.#most(({ seconds }) => seconds) >= LEAST_SECONDS
  }

  /** Its busiest thread counts. */
  #measured(latencyMs: Latency | null): Measured {
    const mean = (of: (thread: ThreadTally) => number) =>
      this.#most((thread) => of(thread) / Math.max(1, thread.seconds))
    return {
      latencyP99Ms: latencyMs?.p99,
      coreWaitRatio: mean(({ coreWait }) => coreWait),
      lagP99Ms: this.#most(({ lagP99Ms }) => lagP99Ms),
      latenessP99Ms: this.#lateness.percentile(99) / 1_000,
      busyRatio: mean(({ busy }) => busy),
    }
  }

  #most(of: (thread: ThreadTally) => number, join: (a: number, b: number) => number = Math.max): number {
    return [...this.#threads.values()].map(of).reduce(join, 0)
  }
}

/** What is known of a worker besides its figures. */
export interface WorkerFacts {
  name: string
  threads: number
  /** What its clock shows more than ours, and by how much that may be wrong, in milliseconds; null where that is unknown. */
  clock: { offsetMs: number; errorMs: number } | null
  /** By how much its order to start came too late, in milliseconds. */
  startedLateMs: number
  /** Why it was lost; null while it is not. */
  lost: string | null
}

/** One worker of a run, at this moment or at its end. */
export interface WorkerFigures extends WorkerFacts {
  users: number
  requests: number
  failures: number
  /** Of the requests that went well or timed out; null without any. */
  latencyMs: Latency | null
  /** Of its busiest thread, while all users ran, 0-1. */
  busyRatio: number
  saturation: Saturation
}

/** Every reason why the load that these workers made is not the one that was asked for. */
export function whyWorkersFailed(workers: readonly WorkerFigures[]): string[] {
  return workers.flatMap(({ name, lost, startedLateMs, clock, saturation }) => {
    const reasons: string[] = []
    if (lost !== null)
      reasons.push(`worker ${name} was lost: ${lost}; what it did since its last report is not counted`)
    if (startedLateMs > MOST_LATE_MS)
      reasons.push(`worker ${name} began ${Math.round(startedLateMs)} ms after the others`)
    if (clock !== null && clock.errorMs > MOST_LATE_MS) {
      const errorMs = Math.round(clock.errorMs)
      reasons.push(`the clock of worker ${name} is known only to ${errorMs} ms, and so is when it began`)
    }
    if (saturation.reason !== undefined) reasons.push(`worker ${name}: ${saturation.reason}`)
    return reasons
  })
}

/** A common start means: to that many milliseconds. As for the lateness of a single request. */
const MOST_LATE_MS = 100
const LEAST_SECONDS = 5

interface ThreadTally {
  users: number
  lagP99Ms: number
  /** Those in which all users ran; the sums are over them. */
  seconds: number
  busy: number
  coreWait: number
}

function addReading(
  tally: ThreadTally,
  { lagP99Ms, busyRatio, coreWaitRatio = 0 }: GeneratorReading,
  isCounted: boolean,
): void {
  tally.lagP99Ms = lagP99Ms
  if (!isCounted) return
  tally.seconds += 1
  tally.busy += busyRatio
  tally.coreWait += coreWaitRatio
}
