import type { Static, TObject } from 'typebox'
import type { Sink } from '../stream/stream.ts'

/** Where a stage stands: in one direction of one connection. */
export interface Place {
  /** What comes after the stage: the next toxic, or the socket. */
  readonly out: Sink
  /** Says that bytes were thrown away: the stream is broken, and ends at the latest when the toxic goes. */
  drop(bytes: number): void
  /** 0, 1, … for connections opened since the toxic was added, `undefined` for those that were there before. */
  readonly connection: number | undefined
  /** Milliseconds since the toxic was added. */
  ageMs(): number
  /** Milliseconds of a monotonic clock. */
  nowMs(): number
  /** In [0, 1). */
  random(): number
}

/** A toxic at work in one direction of one connection. What it does not push on, in order, the receiver never gets. */
export interface Stage extends Sink {
  /** The attributes have other values now; it applies them to what it holds too. */
  changed(): void
  /** The toxic is being removed: pushes on at once all that is held. */
  release(): void
  /** The connection is gone: drops what is held. */
  stop(): void
}

/** One kind of harm to a stream: its file, its test and one line in `toxics.ts`. */
export interface ToxicDefinition<A extends TObject = TObject> {
  readonly type: string
  /** One line for the reference. */
  readonly summary: string
  /** Toxiproxy's attributes, where it has the toxic; each with unit, bounds and default. */
  readonly attributes: A
  /** Most bytes a stream may hold back for it before its source has to wait. */
  capacityBytes?(attributes: Static<A>): number
  /** `attributes` answers with the values of the moment. */
  start(attributes: () => Static<A>, place: Place): Stage
}

export function defineToxic<A extends TObject>(definition: ToxicDefinition<A>): ToxicDefinition<A> {
  return definition
}
