import type { TurnPlace } from '../../base/turn.ts'
import type { Drill } from '../../drills/file/drill.ts'
import type { DrillReadOptions } from '../../drills/file/drill-file.ts'
import type { Journal } from '../../drills/journal/journal.ts'
import type { Confirmation, Environment } from '../../drills/journal/schema/safety.ts'
import type { PlanContext } from '../../drills/plan-context.ts'
import type { SystemUnderDrill } from '../../drills/system.ts'
import type { Lever } from '../../runtimes/native/state/lever.ts'

/** The system that drills run on, opened for a run. */
export interface DrillSubject {
  system: SystemUnderDrill
  /** Aborted when somebody stops the system. */
  gone: AbortSignal
  /** Shows a run where people look at the system, if there is such a place. */
  annotate(journal: Journal): Promise<void>
  /** Leaves the system as it was found. */
  close(): Promise<void>
}

/** A system that is not ours: the names that drills may use, how it is opened, and what a plan needs of it. */
export interface ForeignSubject {
  /** The path of its description, as it was given. */
  file: string
  environment: Environment
  reading: Pick<DrillReadOptions, 'services' | 'foreign'>
  /** Where all runs on this system take turns, of every user. */
  turns: TurnPlace
  /** Its halt, for all runs of this user on this machine. */
  levers: readonly Lever[]
  /** `confirmed`: how a person has named the environment. */
  open(confirmed?: Confirmation): Promise<DrillSubject>
  planContext(drills: readonly Drill[]): Promise<PlanContext>
}
