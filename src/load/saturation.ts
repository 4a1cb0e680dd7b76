import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 10

/**
 * Lateness of the generator's own event loop, in milliseconds at the 99th percentile, beyond which its figures say more
 * about the generator than about the system: as long as a think time, and far above a healthy answer.
 */
export const SATURATION_LIMIT_MS = 100

export interface Saturation {
  saturated: boolean
  /** Lateness of the generator's event loop, 99th percentile. */
  lagP99Ms: number
  reason?: string
}

/** Watches whether the generator itself keeps up. */
export class SaturationWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  start(): void {
    this.#delay.enable()
    this.#delay.reset()
  }

  stop(): void {
    this.#delay.disable()
  }

  read(): Saturation {
    // The histogram holds the distance between two ticks, which is the resolution when nothing is late.
    const lagP99Ms = this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS)
    return judgeSaturation(lagP99Ms)
  }
}

export function judgeSaturation(lagP99Ms: number): Saturation {
  if (lagP99Ms <= SATURATION_LIMIT_MS) return { saturated: false, lagP99Ms }
  const reason = `the load generator's own event loop was ${Math.round(lagP99Ms)} ms late (p99; the limit is ${SATURATION_LIMIT_MS} ms)`
  return { saturated: true, lagP99Ms, reason }
}
