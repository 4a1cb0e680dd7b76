import type { Saturation } from '../../load/figures/load-summary.ts'
import type { MachineReading } from '../../probes/machine/read-machine.ts'
import type { Objective } from '../../slo/objective.ts'
import type { DrillLoad } from '../method/drill-load.ts'
import type { DrillEvent } from './run-event.ts'
import type { RunProgress } from './run-progress.ts'

/** How a drill is run: all but `seed` may be missing. */
export interface RunOptions {
  /** Aborting stops the run: faults are lifted, the load is stopped, the verdict is `aborted`. */
  signal?: AbortSignal | undefined
  /** Of the load's think times and choices. */
  seed: number
  onEvent?: (event: DrillEvent) => void
  /** Called once, at the start, with a function that returns how the run is at the moment. */
  onBegin?: (progress: () => RunProgress) => void
  /** How long the gate waits for a clean system, in milliseconds. Default 15000, longer while a burnt budget is forgotten. */
  gateTimeoutMs?: number
  /** How long the steady state may take to come back once the faults are lifted, in milliseconds. Default 15000. */
  settleTimeoutMs?: number
  /** Whether the load generator kept up. Default: by what it has measured of itself. */
  judgeLoad?: (load: Pick<DrillLoad, 'saturation'>) => Saturation
  /** Whether a busy machine is accepted: its alerts do not keep the gate shut, and bounds widen by what it is late. Default: no. */
  busy?: boolean
  /** How busy this machine is. Default: as the kernel measures it. */
  readMachine?: () => Promise<MachineReading>
  /** What the stack has rules for, to count what the run has cost of it. Default: nothing is counted. */
  objectives?: readonly Objective[]
}
