import { landed, notLanded, type RunningFault, type Subject, type Undone } from './fault.ts'

/** Faults that work from beside their targets. */

/** A fault that works from beside its target: the effect, held by this process or by one that ends with it. */
export interface BesideEffect {
  /** Epoch milliseconds at which it began. */
  begunAtMs: number
  proof: { landed: boolean; proof: string }
  /** How it has ended by itself; `undefined` while it lasts. */
  ended?(): string | undefined
  end(): void | Promise<void>
}

/** Holds an effect as a running fault. */
export function holdBeside({ replica }: Subject, effect: BesideEffect): RunningFault {
  const { begunAtMs, proof } = effect
  let undone: Undone | undefined
  return {
    injectedAtMs: begunAtMs,
    landing: proof.landed ? landed(proof.proof) : notLanded(proof.proof),
    // Nothing is renewed: an effect that has ended by itself ends the fault.
    renew: async () => effect.ended?.() === undefined,
    undo: async () => {
      const ended = effect.ended?.()
      await effect.end()
      undone ??=
        ended === undefined
          ? { changed: true, detail: `ended the fault beside ${replica}` }
          : { changed: false, detail: `the fault beside ${replica} had ended: ${ended}` }
      return undone
    },
  }
}
