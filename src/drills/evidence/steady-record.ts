/** The steady state over time. */

/** What a probe of the steady state found: `unknown` when there was no answer to judge. */
export type SteadyState = 'good' | 'bad' | 'unknown'

export interface SteadyObservation {
  probe: string
  state: SteadyState
  /** Epoch milliseconds: when the probe was sent and when its answer was there. */
  startedAtMs: number
  endedAtMs: number
  /** The moment that the answer is of, where that is before the question: a store of samples may be behind. Epoch milliseconds. */
  asOfMs?: number
  /** What was seen, for people. */
  detail: string
}

interface FirstBad {
  /** When its probe was sent, in epoch milliseconds. The probe may have been under way already when things turned bad. */
  atMs: number
  endedAtMs: number
  /** When a bad answer was first there, to this probe or another one, in epoch milliseconds. */
  knownAtMs: number
  detail: string
}

interface Known {
  state: SteadyState
  detail: string
  /** Of a probe whose answers are of a moment before: that of the last one. */
  asOfMs?: number | undefined
}

/** The steady state over time, made of the observations of every probe. All probes count as good at first. */
export class SteadyRecord {
  readonly #probes = new Map<string, Known>()
  #firstBad: FirstBad | undefined
  /** Since when all have been good without a break. */
  #goodSinceMs: number | undefined
  /** The latest moment at which one was seen not to be good. */
  #notGoodAtMs = 0

  constructor(probes: readonly string[], fromMs: number) {
    for (const probe of probes) this.#probes.set(probe, { state: 'good', detail: 'good at the gate' })
    this.#goodSinceMs = fromMs
  }

  add({ probe, state, detail, asOfMs, ...seen }: SteadyObservation): void {
    // An answer that is of a moment before proves nothing of later ones.
    const { startedAtMs, endedAtMs } = asOfMs === undefined ? seen : { startedAtMs: asOfMs, endedAtMs: asOfMs }
    this.#probes.set(probe, { state, detail, asOfMs: asOfMs ?? this.#probes.get(probe)?.asOfMs })
    if (state === 'bad' && (this.#firstBad === undefined || startedAtMs < this.#firstBad.atMs)) {
      const knownAtMs = this.#firstBad?.knownAtMs ?? endedAtMs
      this.#firstBad = { atMs: startedAtMs, endedAtMs, knownAtMs, detail: `${probe}: ${detail}` }
    }
    if (state !== 'good') this.#notGoodAtMs = Math.max(this.#notGoodAtMs, endedAtMs)
    const good = [...this.#probes.values()].every((one) => one.state === 'good')
    // A good answer proves the moment it arrived, not the one the question was sent; and another probe may have been bad since.
    this.#goodSinceMs = good ? (this.#goodSinceMs ?? Math.max(endedAtMs, this.#notGoodAtMs)) : undefined
  }

  get firstBad(): Omit<FirstBad, 'endedAtMs'> | undefined {
    if (this.#firstBad === undefined) return undefined
    const { endedAtMs: _, ...firstBad } = this.#firstBad
    return firstBad
  }

  /** The fault did not cause what was bad and over before it. */
  forgetBefore(faultAtMs: number): void {
    const bad = this.#firstBad
    if (bad === undefined || bad.knownAtMs >= faultAtMs) return
    this.#firstBad = bad.endedAtMs < faultAtMs ? undefined : { ...bad, knownAtMs: bad.endedAtMs }
  }

  /**
   * Start of the stretch, lasting at least `stableMs` by now, in which all has been good; undefined when there is none. Where a probe's
   * answers are of a moment before, it is not known to last any longer.
   */
  steadySince(nowMs: number, stableMs: number): number | undefined {
    const sinceMs = this.#goodSinceMs
    return sinceMs !== undefined && this.knownUntilMs(nowMs) - sinceMs >= stableMs ? sinceMs : undefined
  }

  /** The moment until which every probe has an answer: now, unless the answers of one are of a moment before. */
  knownUntilMs(nowMs: number): number {
    return Math.min(nowMs, ...[...this.#probes.values()].map(({ asOfMs = nowMs }) => asOfMs))
  }

  /** The probes that are not good now, with what they saw. */
  notGood(): string[] {
    return [...this.#probes].flatMap(([probe, { state, detail }]) => (state === 'good' ? [] : [`${probe}: ${detail}`]))
  }
}
