import { performance } from 'node:perf_hooks'

/**
 * Milliseconds since the epoch as the wall clock would show them if nobody had set it since: they only rise, by as much as time
 * passes. For durations, and for moments of this process. What comes from outside, or goes there, is translated, so that it means
 * the same by the wall clock as it is now.
 */
export class SteadyClock {
  readonly #clocks: Clocks
  #originMs: number

  constructor(clocks: Clocks = OWN) {
    this.#clocks = clocks
    this.#originMs = clocks.wallMs() - clocks.elapsedMs()
  }

  nowMs(): number {
    return Math.round(this.#originMs + this.#clocks.elapsedMs())
  }

  /** It goes on from there, if that is later than now: what an earlier process wrote is never in the future. */
  notBefore(ms: number): void {
    this.#originMs += Math.max(0, ms - this.nowMs())
  }

  /** How much later the wall clock is; negative when it was set back. */
  setByMs(): number {
    const byMs = this.#clocks.wallMs() - this.nowMs()
    return Math.abs(byMs) < UNSURE_MS ? 0 : byMs
  }

  toWallMs(ms: number): number {
    return ms + this.setByMs()
  }

  fromWallMs(ms: number): number {
    return ms - this.setByMs()
  }
}

/** The clocks of a machine, in milliseconds: one that people set, and one that only rises. */
export interface Clocks {
  wallMs(): number
  elapsedMs(): number
}

const OWN: Clocks = { wallMs: Date.now, elapsedMs: () => performance.now() }
/** The two are not read in the same moment: less than this is no setting of the clock. */
const UNSURE_MS = 1_000
