import { type Static, Type } from 'typebox'
import { strictRecord } from '../base/schema/strict-record.ts'

/** How long a target holds a fault that nobody renews, in milliseconds. */
export const LEASE_MS = 2_000
/** How often control renews it, in milliseconds. */
export const RENEW_EVERY_MS = 500

/**
 * How much longer than its time a target may hold a fault, in milliseconds: control is to end it first, and can then tell what
 * was put back, rather than find it gone.
 */
const GRACE_MS = 500
const LONGEST_MS = 86_400_000

/** How long a target holds at most, whoever renews it, what is to last `forMs`. */
export function heldWithinMs(forMs: number): number {
  return Math.min(forMs + GRACE_MS, LONGEST_MS)
}

/**
 * For targets that know only a lease and not how long the fault is to last: how long they may hold it from now on, in
 * milliseconds. Once the time is over, counted from now, it is 0.
 */
export function leaseWithin(forMs: number): () => number {
  const endsMs = performance.now() + heldWithinMs(forMs)
  return () => Math.max(0, Math.min(LEASE_MS, Math.round(endsMs - performance.now())))
}

/** PUT /faults/:id at the target: hold this fault until `forMs` are over, or `leaseMs` since it was last renewed. */
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
  /** What the service says of itself, once it is held. */
  proof: Type.Optional(Type.Object({ landed: Type.Boolean(), proof: Type.String() })),
  /** Matching requests that the fault had its way with, and those that it let pass for its share. */
  touched: Type.Integer(),
  passed: Type.Integer(),
})
export type HeldView = Static<typeof HeldView>
