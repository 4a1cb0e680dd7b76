import type { Journal } from '../journal/journal.ts'

/** What a run that goes on has seen so far, in the forms of a journal. */
export interface RunProgress
  extends Pick<Journal, 'stages' | 'expectations' | 'steps' | 'faults' | 'floor' | 'series' | 'profile' | 'runtime'> {
  startedAtMs: number
  /** The part that is under way, or was the last one. */
  phase: string
  phaseSinceMs: number
  /** Zero of every figure; null before anything was done. Epoch milliseconds. */
  zeroMs: number | null
  /** null until it was passed, or was not. */
  gate: Pick<Journal['gate'], 'clean' | 'findings'> | null
  /** Users at the moment, and what they have sent; null without load. */
  load: { users: number; requests: number; failures: number } | null
}
