import type { Journal } from '../journal/journal.ts'
import type { ExpectationResult } from '../journal/schema/expectation-result.ts'
import type { Stage } from '../journal/schema/stage.ts'
import type { JournalStep } from '../journal/schema/step.ts'

/** What a run reports while it goes on, in this order; `stage` and `expectation` as often as there are any. */
export type DrillEvent =
  | {
      kind: 'started'
      title: string
      file: string
      profile: string
      runtime: string
      /** Of a foreign system. */
      environment?: string
      seed: number
    }
  /**
   * The gate is not passed yet; again when it waits for something else, and now and then. `busy` says who keeps the machine busy,
   * where that is what it waits for.
   */
  | { kind: 'waiting'; findings: string[]; waitedMs: number; atMostMs: number; isNew: boolean; busy?: string }
  | { kind: 'gate'; clean: boolean; findings: string[]; tolerated: string[]; tookMs: number }
  /** Something failed under load, before any fault. */
  | { kind: 'failing under load'; findings: string[] }
  /** All users run; with a rate, `users` are those that are there at first. */
  | { kind: 'load'; users: number; ratePerSecond?: number; journey: string; tookMs: number }
  /** Nothing is done to the system: it is watched for this time. */
  | { kind: 'watching'; forMs: number }
  /**
   * A stage that has been observed. `before`: the time that was reported for it before, in milliseconds since the injection; without
   * a time of its own the stage is not observed any more.
   */
  | { kind: 'stage'; stage: Stage; before?: number }
  /** A step besides the one that is the injection; and what was changed by an action is as it was. */
  | { kind: 'step' | 'put back'; step: JournalStep; sinceInjectedMs: number }
  /** An expectation that has been met, or, at the end, has not. */
  | { kind: 'expectation'; expectation: ExpectationResult }
  | { kind: 'lifted'; fault: string; changed: boolean; detail: string; sinceInjectedMs: number }
  /** The system demands that the run ends, and why. Without a time nothing was done to it yet. */
  | { kind: 'aborting'; why: string; sinceInjectedMs: number | null }
  | { kind: 'finished'; journal: Journal }
