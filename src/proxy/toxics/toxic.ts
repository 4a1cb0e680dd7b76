import type { Static, TObject } from '#typebox'
import type { Sink } from '../stream/stream.ts'

/** The place of a stage: in one direction of one connection. */
export interface Place {
  /** Receives what leaves the stage: the next toxic, or the socket. */
  readonly out: Sink
  /** Reports dropped bytes: the stream is broken, and ends at the latest when the toxic is removed. */
  drop(bytes: number): void
  /** 0, 1, … for connections opened since the toxic was added, `undefined` for those that were open before. */
  readonly connection: number | undefined
  /** Milliseconds since the toxic was added. */
  ageMs(): number
  /** Milliseconds of a monotonic clock. */
  nowMs(): number
  /** In [0, 1). */
  random(): number
}

/** A toxic in one direction of one connection. The receiver gets only what it pushes on, in order. */
export interface Stage extends Sink {
  /** The attributes have changed; they apply to held bytes too. */
  changed(): void
  /** The toxic is being removed: pushes on at once all that is held. */
  release(): void
  /** The connection has closed: drops what is held. */
  stop(): void
}

/** One kind of toxic: its file, its test and one line in `toxics.ts`. */
export interface ToxicDefinition<A extends TObject = TObject> {
  readonly type: string
  /** One line for the reference. */
  readonly summary: string
  /** Toxiproxy's attributes, where it has the toxic; each with unit, bounds and default. */
  readonly attributes: A
  /** How many bytes a stream may hold back for it before its source waits. */
  capacityBytes?(attributes: Static<A>): number
  /** `attributes` returns the current values. */
  start(attributes: () => Static<A>, place: Place): Stage
}

export function defineToxic<A extends TObject>(definition: ToxicDefinition<A>): ToxicDefinition<A> {
  return definition
}
