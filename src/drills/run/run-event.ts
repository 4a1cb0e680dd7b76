import type { Journal } from '../journal/journal.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { Stage } from '../journal/schema/stage.ts'
import type { JournalStep } from '../journal/schema/step.ts'

/** What a run tells while it goes on, in this order; `stage` and `expectation` as often as there are any. */
export type DrillEvent =
  | { kind: 'started'; title: string; file: string; profile: string; runtime: string; seed: number }
  /**
   * The stack is not clean yet; told again when something else is waited for, and now and then. `busy` is whose doing it is when the
   * machine is busy.
   */
  | { kind: 'waiting'; findings: string[]; waitedMs: number; atMostMs: number; isNew: boolean; busy?: string }
  | { kind: 'baseline'; clean: boolean; findings: string[]; tookMs: number }
  /** Something failed under load, before any fault. */
  | { kind: 'not calm'; findings: string[] }
  /** All users run; with a rate, `users` are those that are there at first. */
  | { kind: 'load'; users: number; ratePerSecond?: number; journey: string; tookMs: number }
  /** Nothing is done to the system: it is watched for so long. */
  | { kind: 'watching'; forMs: number }
  /**
   * A stage that has been observed. `before`: it was told otherwise before, in milliseconds since the injection; without a time the
   * stage is not observed any more.
   */
  | { kind: 'stage'; stage: Stage; before?: number }
  /** A step besides the one that is the injection; and what was changed by an action is as it was. */
  | { kind: 'step' | 'put back'; step: JournalStep; sinceInjectedMs: number }
  /** An expectation that has been met, or, at the end, has not. */
  | { kind: 'expectation'; expectation: ExpectationResult }
  | { kind: 'lifted'; fault: string; changed: boolean; detail: string; sinceInjectedMs: number }
  | { kind: 'finished'; journal: Journal }
