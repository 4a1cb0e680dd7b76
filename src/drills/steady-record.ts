/** What a probe of the steady state can tell: `unknown` when it could not be asked. */
export type SteadyState = 'good' | 'bad' | 'unknown'

export interface SteadyObservation {
  probe: string
  state: SteadyState
  /** Epoch milliseconds: when the probe was sent and when its answer was there. */
  startedAtMs: number
  endedAtMs: number
  /** What was seen, for people. */
  detail: string
}

interface Known {
  state: SteadyState
  detail: string
}

/** The steady state over time, made of the observations of every probe. All probes count as good at first. */
export class SteadyRecord {
  readonly #probes = new Map<string, Known>()
  #firstBad: { atMs: number; endedAtMs: number; detail: string } | undefined
  /** Since when all have been good without a break. */
  #goodSinceMs: number | undefined

  constructor(probes: readonly string[], fromMs: number) {
    for (const probe of probes) this.#probes.set(probe, { state: 'good', detail: 'good at the baseline' })
    this.#goodSinceMs = fromMs
  }

  add({ probe, state, startedAtMs, endedAtMs, detail }: SteadyObservation): void {
    this.#probes.set(probe, { state, detail })
    if (state === 'bad' && (this.#firstBad === undefined || startedAtMs < this.#firstBad.atMs)) {
      this.#firstBad = { atMs: startedAtMs, endedAtMs, detail: `${probe}: ${detail}` }
    }
    const good = [...this.#probes.values()].every((one) => one.state === 'good')
    // A good answer proves the moment it arrived, not the one the question was sent.
    this.#goodSinceMs = good ? (this.#goodSinceMs ?? endedAtMs) : undefined
  }

  /** The first bad observation: when its probe was sent. */
  get firstBad(): { atMs: number; detail: string } | undefined {
    return this.#firstBad && { atMs: this.#firstBad.atMs, detail: this.#firstBad.detail }
  }

  /** What was bad and over before the fault is none of its doing. */
  forgetBefore(faultAtMs: number): void {
    if (this.#firstBad !== undefined && this.#firstBad.endedAtMs < faultAtMs) this.#firstBad = undefined
  }

  /** Start of the stretch, lasting at least `stableMs` by now, in which all has been good; undefined when there is none. */
  steadySince(nowMs: number, stableMs: number): number | undefined {
    return this.#goodSinceMs !== undefined && nowMs - this.#goodSinceMs >= stableMs ? this.#goodSinceMs : undefined
  }

  /** The probes that are not good now, with what they saw. */
  notGood(): string[] {
    return [...this.#probes].flatMap(([probe, { state, detail }]) => (state === 'good' ? [] : [`${probe}: ${detail}`]))
  }
}
