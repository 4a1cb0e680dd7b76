import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Histogram, type PackedHistogram } from './histogram.ts'

const RESOLUTION_MS = 10
/** In a shorter time than that, in milliseconds, a share of it says nothing. */
const BUSY_AFTER_MS = 5_000

/** Beyond one of these the figures say more about the generator than about the system. */
export const saturationLimits = {
  /** Lateness of the event loop, p99: as long as a think time, and far above a healthy answer. */
  lagP99Ms: 100,
  /** Lateness of tasks and of the ends of think times, p99. */
  latenessP99Ms: 100,
  /** Share of the time that a thread of the generator was busy (0-1): an answer then waits for it. */
  busyRatio: 0.95,
} as const

/** What an engine has measured of itself since it was last asked. */
export interface GeneratorReading {
  lagP99Ms: number
  busyRatio: number
  /** Microseconds. */
  lateness: PackedHistogram
}

export interface Saturation {
  saturated: boolean
  /** Lateness of the generator's event loop, 99th percentile. */
  lagP99Ms: number
  latenessP99Ms: number
  /** Of the busiest thread, 0-1. */
  busyRatio: number
  reason?: string
}

/** Watches whether the generator itself keeps up. */
export class SaturationWatch {
  readonly lateness = new Histogram()
  readonly #all = new Histogram()
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #sinceStart = performance.eventLoopUtilization()
  #sinceRead = this.#sinceStart
  #startedMs = performance.now()

  start(): void {
    this.#delay.enable()
    this.#delay.reset()
    this.lateness.clear()
    this.#all.clear()
    this.#startedMs = performance.now()
    this.#sinceStart = performance.eventLoopUtilization()
    this.#sinceRead = this.#sinceStart
  }

  stop(): void {
    this.#delay.disable()
  }

  /** Since the last reading; the lag since the start. */
  read(): GeneratorReading {
    const now = performance.eventLoopUtilization()
    const busyRatio = performance.eventLoopUtilization(now, this.#sinceRead).utilization
    this.#sinceRead = now
    const lateness = this.lateness.pack()
    this.#all.add(this.lateness)
    this.lateness.clear()
    return { lagP99Ms: this.#lagP99Ms(), busyRatio, lateness }
  }

  /** Since the start. */
  judge(): Saturation {
    const all = Histogram.from(this.#all.pack())
    all.add(this.lateness)
    const longEnough = performance.now() - this.#startedMs >= BUSY_AFTER_MS
    return judgeSaturation({
      lagP99Ms: this.#lagP99Ms(),
      latenessP99Ms: all.percentile(99) / 1_000,
      busyRatio: longEnough ? performance.eventLoopUtilization(this.#sinceStart).utilization : 0,
    })
  }

  #lagP99Ms(): number {
    // The histogram holds the distance between two ticks, which is the resolution when nothing is late.
    return this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS)
  }
}

export function judgeSaturation(measured: Omit<Saturation, 'saturated' | 'reason'>): Saturation {
  const { lagP99Ms, latenessP99Ms, busyRatio } = measured
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
  if (reasons.length === 0) return { saturated: false, ...measured }
  return { saturated: true, ...measured, reason: `the load generator was saturated: ${reasons.join(', ')}` }
}
