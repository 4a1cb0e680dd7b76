import { type Static, Type } from '#typebox'
import { strictRecord } from '../base/schema/strict-record.ts'

/** How long a target holds a fault whose lease is not renewed, in milliseconds. */
export const LEASE_MS = 2_000
/** How often control renews it, in milliseconds. */
export const RENEW_EVERY_MS = 500

/**
 * How much longer than its time a target may hold a fault, in milliseconds: control ends it first, and can then report what
 * was put back, instead of finding it gone.
 */
const GRACE_MS = 500
const LONGEST_MS = 86_400_000

/** The longest time that a target holds a fault of `forMs`, even if the lease is renewed for longer. */
export function heldWithinMs(forMs: number): number {
  return Math.min(forMs + GRACE_MS, LONGEST_MS)
}

/**
 * For targets that know a lease but not the fault's own time: a function that returns the lease to give them now, in
 * milliseconds. It returns 0 once the fault's time, counted from this call, is over.
 */
export function leaseWithin(forMs: number): () => number {
  const endsMs = performance.now() + heldWithinMs(forMs)
  return () => Math.max(0, Math.min(LEASE_MS, Math.round(endsMs - performance.now())))
}

/** PUT /faults/:id at the target: hold this fault for `forMs`, or until `leaseMs` after it was last renewed. */
export const HoldBody = Type.Object(
  {
    fault: Type.String({ maxLength: 64 }),
    params: strictRecord(Type.Unknown()),
    leaseMs: Type.Integer({ minimum: 100, maximum: 60_000 }),
    forMs: Type.Number({ minimum: 1, maximum: LONGEST_MS }),
    seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  },
  { additionalProperties: false },
)
export type HoldBody = Static<typeof HoldBody>

/** Answer to PUT, to POST /faults/:id/renew and to DELETE. */
export const HeldView = Type.Object({
  id: Type.String(),
  fault: Type.String(),
  /** `beginning` until the effect is there: megabytes take their time. */
  state: Type.Union([Type.Literal('beginning'), Type.Literal('held'), Type.Literal('ended')]),
  /** The proof that the service reports, once the fault is held. */
  proof: Type.Optional(Type.Object({ landed: Type.Boolean(), proof: Type.String() })),
  /** Matching requests that the fault acted on, and those that it let pass because of its share. */
  touched: Type.Integer(),
  passed: Type.Integer(),
})
export type HeldView = Static<typeof HeldView>
