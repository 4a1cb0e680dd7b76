import type { Saturation } from '../../load/figures/load-summary.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Profile } from '../../stack/profile.ts'
import type { Drill } from '../file/drill.ts'
import type { GateOutcome } from '../gate/gate.ts'
import type { BudgetBurnt } from '../journal/schema/budget.ts'
import type { Floor } from '../journal/schema/floor.ts'
import type { MachineReport } from '../journal/schema/machine.ts'
import type { Phase } from '../journal/schema/phase.ts'
import type { JournalSafety } from '../journal/schema/safety.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import type { Facts } from '../judge/facts.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import type { MethodRunner } from '../method/method-runner.ts'
import type { SystemDescription } from '../system.ts'
import type { SourceHealth } from '../watch/source-health.ts'

/** What a run leaves behind, however far it came. */
export interface RunRemains {
  drill: Drill
  startedAtMs: number
  seed: number
  description: SystemDescription | undefined
  profile: Profile | undefined
  floor: Floor | undefined
  gate: GateOutcome
  /** What failed under load before the first fault. */
  calmFindings: readonly string[]
  machine: MachineReport | null
  aborted: string | undefined
  errors: readonly string[]
  /** What the run needed of the monitoring, and did not get. */
  unmonitored: readonly string[]
  /** Steps that the system did not allow. */
  refused: readonly string[]
  /** What ended the run because the system demands it. */
  safetyAbort: NonNullable<JournalSafety['aborted']> | undefined
  /** Missing when the run ended before anything was to be observed. */
  facts: Facts | undefined
  /** Where samples were read, in a sentence, where that was not Prometheus. */
  samplesFrom?: string | undefined
  method: Pick<MethodRunner, 'steps' | 'lifted' | 'notBegun' | 'begunAtMs'>
  budgets: readonly BudgetBurnt[]
  series: JournalSeries | null
  load: DrillLoad | undefined
  /** Why the load is not what the drill says, where it is itself what is done to the system. */
  brokenLoad: readonly string[]
  saturation: Saturation | undefined
  loadEndedAtMs: number
  health: SourceHealth
  events: readonly RuntimeEvent[]
  phases: readonly Phase[]
}
