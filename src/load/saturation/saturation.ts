import { performance } from 'node:perf_hooks'
import { defined } from '../../base/defined.ts'
import { Histogram, type PackedHistogram } from '../figures/histogram.ts'
import type { Saturation } from '../figures/load-summary.ts'
import { coreWaitMs } from './core-wait.ts'
import { LagWatch } from './lag-watch.ts'

/** Whether the load generator kept up. */

/** A share of a shorter time than this, in milliseconds, says nothing. */
const BUSY_AFTER_MS = 5_000

/** A generator that waits for a core for more than this share of the time (0-1) is reported. */
const NOTABLE_WAIT = 0.05

/** Beyond one of these the figures say more about the generator than about the system. */
export const saturationLimits = {
  /** Lateness of the event loop, p99: as long as a think time, and far above a healthy answer. */
  lagP99Ms: 100,
  /** Lateness of tasks and of the ends of think times, p99. */
  latenessP99Ms: 100,
  /** Share of the time that a thread of the generator was busy (0-1): an answer then waits for it. */
  busyRatio: 0.95,
  /**
   * Lateness of the generator, p99, as a share of the latency that it measured, p99 (0-1): beyond it the true one may be less than two
   * thirds of the figure.
   */
  latenessShare: 1 / 3,
  /** A lateness below this, in milliseconds, does not matter, whatever the latency. */
  latenessFloorMs: 10,
} as const

/** Watches whether the generator itself keeps up. */
export class SaturationWatch {
  readonly lateness = new Histogram()
  readonly #all = new Histogram()
  readonly #lag = new LagWatch()
  #sinceStart = performance.eventLoopUtilization()
  #sinceRead = this.#sinceStart
  #startedMs = performance.now()
  #waitedAtStartMs = coreWaitMs()
  #waitedMs = this.#waitedAtStartMs
  #readMs = this.#startedMs

  start(): void {
    this.#lag.start()
    this.#waitedMs = coreWaitMs()
    this.#waitedAtStartMs = this.#waitedMs
    this.lateness.clear()
    this.#all.clear()
    this.#startedMs = performance.now()
    this.#readMs = this.#startedMs
    this.#sinceStart = performance.eventLoopUtilization()
    this.#sinceRead = this.#sinceStart
  }

  stop(): void {
    this.#lag.stop()
  }

  /** Since the last reading; the lag since the start. */
  read(): GeneratorReading {
    const now = performance.eventLoopUtilization()
    const busyRatio = performance.eventLoopUtilization(now, this.#sinceRead).utilization
    this.#sinceRead = now
    const lateness = this.lateness.pack()
    this.#all.add(this.lateness)
    this.lateness.clear()
    return { lagP99Ms: this.#lag.p99Ms, busyRatio, coreWaitRatio: this.#coreWaitSinceRead(), lateness }
  }

  /** Since the start. */
  judge(): Saturation {
    const all = Histogram.from(this.#all.pack())
    all.add(this.lateness)
    const elapsedMs = performance.now() - this.#startedMs
    const longEnough = elapsedMs >= BUSY_AFTER_MS
    const coreWaitRatio = shareOf(this.#waitedAtStartMs, coreWaitMs(), elapsedMs)
    return judgeSaturation({
      ...defined({ coreWaitRatio }),
      lagP99Ms: this.#lag.p99Ms,
      latenessP99Ms: all.percentile(99) / 1_000,
      busyRatio: longEnough ? performance.eventLoopUtilization(this.#sinceStart).utilization : 0,
    })
  }

  #coreWaitSinceRead(): number | undefined {
    const [nowMs, waitedMs] = [performance.now(), coreWaitMs()]
    const ratio = shareOf(this.#waitedMs, waitedMs, nowMs - this.#readMs)
    this.#waitedMs = waitedMs
    this.#readMs = nowMs
    return ratio
  }
}

/** Whether the generator kept up, and why not. */
export function judgeSaturation({ latencyP99Ms, ...measured }: Measured): Saturation {
  const { lagP99Ms, latenessP99Ms, busyRatio, coreWaitRatio = 0 } = measured
  const reasons: string[] = []
  if (lagP99Ms > saturationLimits.lagP99Ms) {
    reasons.push(
      `its event loop was ${Math.round(lagP99Ms)} ms late (p99; the limit is ${saturationLimits.lagP99Ms} ms)`,
    )
  }
  if (latenessP99Ms > saturationLimits.latenessP99Ms) {
    const limit = saturationLimits.latenessP99Ms
    reasons.push(`its requests were sent ${Math.round(latenessP99Ms)} ms late (p99; the limit is ${limit} ms)`)
  }
  if (busyRatio > saturationLimits.busyRatio) {
    const limit = Math.round(saturationLimits.busyRatio * 100)
    reasons.push(`a thread was busy ${Math.round(busyRatio * 100)} % of the time (the limit is ${limit} %)`)
  }
  const ownMs = Math.max(lagP99Ms, latenessP99Ms)
  const { latenessShare, latenessFloorMs } = saturationLimits
  if (latencyP99Ms !== undefined && ownMs > latenessFloorMs && ownMs > latenessShare * latencyP99Ms) {
    const share = Math.round((ownMs / latencyP99Ms) * 100)
    const limit = Math.round(latenessShare * 100)
    reasons.push(
      `its own lateness of ${Math.round(ownMs)} ms (p99) is ${share} % of the latency that it measured (p99; the limit is ${limit} %)`,
    )
  }
  if (reasons.length > 0 && coreWaitRatio > NOTABLE_WAIT) {
    reasons.push(
      `it waited for a core ${Math.round(coreWaitRatio * 100)} % of the time: other programs keep the machine busy`,
    )
  }
  if (reasons.length === 0) return { saturated: false, ...measured }
  return { saturated: true, ...measured, reason: `the load generator was saturated: ${reasons.join(', ')}` }
}

function shareOf(beforeMs: number | undefined, afterMs: number | undefined, elapsedMs: number): number | undefined {
  if (beforeMs === undefined || afterMs === undefined || elapsedMs <= 0) return undefined
  return Math.min(1, Math.max(0, (afterMs - beforeMs) / elapsedMs))
}

/** What an engine has measured of itself since the last reading. */
export interface GeneratorReading {
  lagP99Ms: number
  busyRatio: number
  /** Share of the time that the thread waited for a core (0-1); undefined where the kernel does not measure it. */
  coreWaitRatio: number | undefined
  /** Microseconds. */
  lateness: PackedHistogram
}

/** What a generator is judged by. */
export interface Measured extends Omit<Saturation, 'saturated' | 'reason'> {
  /** The latency that it measured, 99th percentile; undefined where it is not what the run is about, or too short for one. */
  latencyP99Ms?: number | undefined
}
