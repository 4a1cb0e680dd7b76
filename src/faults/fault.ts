import type { Static, TObject } from 'typebox'

/** What a fault may do to the replica it is aimed at: the slice of the runtime that faults use. */
export interface Subject {
  readonly service: string
  /** Replica id, for example "store-1". */
  readonly replica: string
  /** Process id while the replica runs. */
  pid(): number | undefined
  kill(signal: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

/** Proof, taken from the target, that the fault took effect, or why it is believed that it did not. */
export interface Landing {
  landed: boolean
  /** Epoch milliseconds at which the effect was seen. */
  atMs: number
  /** What was seen, for people: "pid 4711 is gone". */
  proof: string
}

/** A fault that has been injected. */
export interface RunningFault {
  /** Epoch milliseconds at which the injection was acknowledged by the target's kernel or API. */
  injectedAtMs: number
  landing: Landing
  /** Puts back what the fault did, if nobody has yet. Safe to call twice. `changed` is false when there was nothing to undo. */
  undo(): Promise<{ changed: boolean; detail: string }>
}

/** A runtime capability that a fault cannot do without. */
export type Need = 'canKill' | 'canPause'

export interface FaultDefinition<P extends TObject = TObject> {
  readonly name: string
  /** One line for `--help` and the reference. */
  readonly summary: string
  /** Parameters with units, bounds and defaults. */
  readonly params: P
  readonly needs: readonly Need[]
  start(subject: Subject, params: Static<P>): Promise<RunningFault>
}

/** Types a fault; its file, its test and one line in `faults.ts` are all there is to adding one. */
export function defineFault<P extends TObject>(definition: FaultDefinition<P>): FaultDefinition<P> {
  return definition
}
