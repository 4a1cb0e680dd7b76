import { backoffMs } from '../../base/wait.ts'

/** When to fetch next: jittered while all is well, further and further apart while the source fails. */
export class Pace {
  readonly #options: PaceOptions
  #failures = 0
  #trying = false

  constructor(options: PaceOptions) {
    this.#options = options
  }

  get state(): BreakerState {
    if (this.#failures < FAILURES_TO_OPEN) return 'closed'
    return this.#trying ? 'half_open' : 'open'
  }

  begin(): void {
    this.#trying = true
  }

  /** Milliseconds until the next fetch. */
  succeeded(): number {
    this.#trying = false
    this.#failures = 0
    const { minMs, maxMs, random } = this.#options
    return minMs + random() * (maxMs - minMs)
  }

  /** Milliseconds until the next fetch; never sooner than the source wants it. */
  failed(retryAfterMs = 0): number {
    this.#trying = false
    const { minMs, random } = this.#options
    const pauseMs = backoffMs(this.#failures, { firstMs: minMs, maxMs: Math.max(minMs, LONGEST_PAUSE_MS) }, random)
    this.#failures++
    return Math.max(pauseMs, retryAfterMs)
  }
}

/** Failures in a row after which the breaker opens: one try at a time finds out whether the source works again. */
const FAILURES_TO_OPEN = 3
const LONGEST_PAUSE_MS = 30_000

export const breakerStates = ['closed', 'open', 'half_open'] as const
export type BreakerState = (typeof breakerStates)[number]

export interface PaceOptions {
  /** Shortest and longest pause between two fetches that succeed, in milliseconds. */
  minMs: number
  maxMs: number
  random: () => number
}
