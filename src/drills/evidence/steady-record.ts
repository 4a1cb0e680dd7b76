/** The steady state over time. */

/** What a probe of the steady state found: `unknown` when there was no answer to judge. */
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
}

/** The steady state over time, made of the observations of every probe. All probes count as good at first. */
export class SteadyRecord {
  readonly #probes = new Map<string, Known>()
  #firstBad: FirstBad | undefined
  /** Since when all have been good without a break. */
  #goodSinceMs: number | undefined

  constructor(probes: readonly string[], fromMs: number) {
    for (const probe of probes) this.#probes.set(probe, { state: 'good', detail: 'good at the gate' })
    this.#goodSinceMs = fromMs
  }

  add({ probe, state, startedAtMs, endedAtMs, detail }: SteadyObservation): void {
    this.#probes.set(probe, { state, detail })
    if (state === 'bad' && (this.#firstBad === undefined || startedAtMs < this.#firstBad.atMs)) {
      const knownAtMs = this.#firstBad?.knownAtMs ?? endedAtMs
      this.#firstBad = { atMs: startedAtMs, endedAtMs, knownAtMs, detail: `${probe}: ${detail}` }
    }
    const good = [...this.#probes.values()].every((one) => one.state === 'good')
    // A good answer proves the moment it arrived, not the one the question was sent.
    this.#goodSinceMs = good ? (this.#goodSinceMs ?? endedAtMs) : undefined
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

  /** Start of the stretch, lasting at least `stableMs` by now, in which all has been good; undefined when there is none. */
  steadySince(nowMs: number, stableMs: number): number | undefined {
    return this.#goodSinceMs !== undefined && nowMs - this.#goodSinceMs >= stableMs ? this.#goodSinceMs : undefined
  }

  /** The probes that are not good now, with what they saw. */
  notGood(): string[] {
    return [...this.#probes].flatMap(([probe, { state, detail }]) => (state === 'good' ? [] : [`${probe}: ${detail}`]))
  }
}
