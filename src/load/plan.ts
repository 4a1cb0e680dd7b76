import type { Shape } from './users/pacing.ts'

/** What load a run makes: of users, or of arrivals. */
export type Plan = ClosedPlan | OpenPlan

/** A fixed number of users: each waits for its answer, thinks, and starts its next task. */
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
  /** Users at most; a task that finds no free user waits for one, and its time runs. */
  maxUsers: number
}

/** When the last user starts, in milliseconds from the beginning. */
export function startedWithinMs({ users, spawnRatePerSecond }: ClosedPlan): number {
  return ((users - 1) / spawnRatePerSecond) * 1_000
}

/** Loads that have a name. */
export const levels = {
  light: { users: 50, spawnRatePerSecond: 10 },
  medium: { users: 100, spawnRatePerSecond: 10 },
  heavy: { users: 1_000, spawnRatePerSecond: 20 },
} as const

/** Which part of a plan one engine carries out: every `of`th user or arrival, beginning with number `index`. */
export interface Share {
  index: number
  of: number
}

export const WHOLE: Share = { index: 0, of: 1 }

/** How many of that many users or arrivals a share has: together all shares have all of them. */
export function partOf({ index, of }: Share, total: number): number {
  return Math.max(0, Math.ceil((total - index) / of))
}
