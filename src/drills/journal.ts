import type { Felt, LoadSummary } from '../load/recorder.ts'
import type { Saturation } from '../load/saturation.ts'
import type { RuntimeEvent } from '../runtimes/runtime.ts'
import type { RepairedBy } from './attribution.ts'
import type { ExpectationResult } from './expectation-results.ts'
import type { Floor } from './floor.ts'
import type { OtherAlert } from './other-alerts.ts'
import type { Stage } from './stages.ts'
import type { IncidentView, InjectedFault, LiftedFault } from './system.ts'
import type { Verdict } from './verdict.ts'

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
  drill: { title: string; file: string; sha256: string }
  startedAt: string
  verdict: Verdict
  /** Why it is not `held`, and what else is worth knowing; empty when all went as expected. */
  reasons: string[]
  /** injected → received. */
  mttdMs: number | null
  /** injected → good again; 0 when the steady state was never left. */
  mttrMs: number | null
  repairedBy: RepairedBy | null
  repairedByEvidence: string
  stages: Stage[]
  expectations: ExpectationResult[]
  floor: Floor | null
  load: (LoadSummary & { journey: string; users: number; saturation: Saturation }) | null
  /** From the injection to the end of the load. */
  felt: Felt | null
  /** seen − first request that failed: how long users knew before the monitoring did. Negative when it was first. */
  blindSpotMs: number | null
  unexpectedAlerts: OtherAlert[]
  /** Alerts of the machine that it all runs on: too busy for the run to prove anything. */
  machineAlerts: OtherAlert[]
  /** Alerts that the drill named as what follows from its fault. */
  exceptedAlerts: OtherAlert[]
  /** Alerts that fired and paged nobody, because Alertmanager held them back. */
  inhibitedAlerts: OtherAlert[]
  baseline: { clean: boolean; findings: string[] }
  /** Of the first fault; null when none was injected. */
  landing: InjectedFault['landing'] | null
  faults: JournalFault[]
  incidents: IncidentView[]
  stackId: string | null
  profile: string | null
  runtime: string | null
  versions: Record<string, string>
  seed: number
  /** All runtime events since the run began. */
  events: RuntimeEvent[]
  timings: Phase[]
}
