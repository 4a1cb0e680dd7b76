import type { Felt, LoadSummary } from '../../load/figures/recorder.ts'
import type { Saturation } from '../../load/saturation/saturation.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Timing } from '../../stack/profile.ts'
import type { Floor } from '../clocks/floor.ts'
import type { ParameterValue } from '../file/parameters.ts'
import type { RepairedBy } from '../judge/attribution.ts'
import type { BudgetBurnt } from '../judge/budget-burnt.ts'
import type { ExpectationResult } from '../judge/expectation-results.ts'
import type { OtherAlert } from '../judge/other-alerts.ts'
import type { Stage } from '../judge/stages.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { MachineReport } from '../machine/machine-report.ts'
import type { IncidentView, InjectedFault, LiftedFault } from '../system.ts'
import type { JournalSeries } from './journal-series.ts'
import type { JournalStep } from './journal-step.ts'

/** A part of the run itself, and how long it took. */
export interface Phase {
  name:
    | 'describe'
    | 'baseline'
    | 'load up'
    | 'calm'
    | 'inject'
    | 'watch'
    | 'lift'
    | 'settle'
    | 'stop load'
    | 'resolve'
    | 'count'
    | 'put back'
    | 'events'
  startedAtMs: number
  tookMs: number
}

/** What was done to the system: a step of the method, its landing and its lifting. */
export interface JournalFault extends InjectedFault {
  fault: string
  service: string
  replica: string | null
  lifted: LiftedFault | null
}

/** Everything a run has seen and concluded. Times are epoch milliseconds, durations milliseconds; null is "not known". */
export interface Journal {
  schemaVersion: 1
  drill: { title: string; why: string; file: string; sha256: string }
  startedAt: string
  verdict: Verdict
  /** Why it is not `held`, and what else is worth knowing; empty when all went as expected. */
  reasons: string[]
  /** injected → received. */
  mttdMs: number | null
  /** The stage that `mttdMs` ends at, where there is no responder that could receive anything. */
  mttdStage?: 'notified'
  /** injected → good again; 0 when the steady state was never left. Null also when nothing was done that could be repaired. */
  mttrMs: number | null
  repairedBy: RepairedBy | null
  repairedByEvidence: string
  stages: Stage[]
  expectations: ExpectationResult[]
  floor: Floor | null
  /** `users` is null in the open model, `ratePerSecondPlanned` in the closed one. */
  load:
    | (LoadSummary & {
        journey: string
        users: number | null
        ratePerSecondPlanned: number | null
        saturation: Saturation
        /** Errors of the journey's own code, by message. */
        thrown?: Record<string, number>
      })
    | null
  /** From the injection to the end of the load. */
  felt: Felt | null
  /**
   * First that the monitoring knew (a sample, an alert, a webhook) − first request that failed: how long users knew before the
   * monitoring did. Negative when it was first.
   */
  blindSpotMs: number | null
  /** Of every objective that the stack has rules for. */
  budgets: BudgetBurnt[]
  /** Null when the run ended before anything was to be observed. */
  series: JournalSeries | null
  /** Deviations, unless the machine was late for much of the time that their rules look back at. */
  unexpectedAlerts: OtherAlert[]
  /** Alerts of the machine that it all runs on: too busy for the run to prove anything. */
  machineAlerts: OtherAlert[]
  /** Alerts that the drill named as what follows from its fault. */
  exceptedAlerts: OtherAlert[]
  /** Alerts that fired and paged nobody, because Alertmanager held them back. */
  inhibitedAlerts: OtherAlert[]
  /** Alerts on a budget that was burnt before this run: their long window had not forgotten it yet. */
  carriedAlerts: OtherAlert[]
  /** `tolerated` is what was there, and is none of this drill's business. */
  baseline: { clean: boolean; findings: string[]; tolerated: string[] }
  /** What failed under load before the first fault: then none was injected. */
  calmFindings: string[]
  /** How busy this machine was, and with what; null when the run ended before that was measured. */
  machine: MachineReport | null
  /** Of the first fault; null when none was injected. */
  landing: InjectedFault['landing'] | null
  faults: JournalFault[]
  /** Every step of the method, in the order of the file. */
  steps: JournalStep[]
  incidents: IncidentView[]
  stackId: string | null
  profile: string | null
  /** The clocks of that profile. */
  timing: Timing | null
  runtime: string | null
  versions: Record<string, string>
  seed: number
  /** By name, as they were set for this run or by default. */
  parameters: Record<string, ParameterValue>
  /** All runtime events since the run began. */
  events: RuntimeEvent[]
  timings: Phase[]
}
