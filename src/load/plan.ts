import type { Shape } from './users/pacing.ts'

/** A fixed crowd: each user waits for its answer, thinks, and goes on. */
export interface ClosedPlan {
  model: 'closed'
  users: number
  /** Users started per second. */
  spawnRatePerSecond: number
}

/** Tasks that are due at their time whether or not earlier ones are done, carried out by as many users as that takes. */
export interface OpenPlan {
  model: 'open'
  shape: Shape
  /** The highest rate, in tasks per second. */
  ratePerSecond: number
  durationMs: number
  /** Users at most; a task that finds none free waits for one, and its time runs. */
  maxUsers: number
}

export type Plan = ClosedPlan | OpenPlan

/** When the last user starts, in milliseconds from the beginning. */
export function startedWithinMs({ users, spawnRatePerSecond }: ClosedPlan): number {
  return ((users - 1) / spawnRatePerSecond) * 1_000
}

/** The levels that have a name. */
export const levels = {
  light: { users: 50, spawnRatePerSecond: 10 },
  medium: { users: 100, spawnRatePerSecond: 10 },
  heavy: { users: 1_000, spawnRatePerSecond: 20 },
} as const

/** Which part of a plan one engine carries out: every `of`th user or arrival, beginning with number `part`. */
export interface Share {
  part: number
  of: number
}

export const WHOLE: Share = { part: 0, of: 1 }
