import type { Histogram } from '../figures/histogram.ts'
import type { Share } from '../plan.ts'
import type { Pauses } from './pauses.ts'
import type { Population } from './population.ts'

/** How users are driven: by `closed.ts` or `open.ts`. */
export interface Driver {
  /** Resolves when all users run, or the run was stopped. */
  started: Promise<void>
  /** Resolves when all users have left. */
  ended: Promise<void>
}

export interface DriverContext<State> {
  population: Population<State>
  pauses: Pauses
  /** How late the generator itself was, in microseconds. */
  lateness: Histogram
  share: Share
  stopping: AbortSignal
}
