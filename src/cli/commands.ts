import type { AddCommand } from './command.ts'
import { addDoctor } from './doctor.ts'
import { addDown } from './down.ts'
import { addFault } from './fault.ts'
import { addIncidents } from './incidents.ts'
import { addLint } from './lint.ts'
import { addLoad } from './load.ts'
import { addLogs } from './logs.ts'
import { addMaintenance } from './maintenance.ts'
import { addRender } from './render.ts'
import { addRun } from './run.ts'
import { addServe } from './serve.ts'
import { addSlo } from './slo.ts'
import { addStatus } from './status.ts'
import { addUp } from './up.ts'

/** Every command, in the order of --help. */
export const commands = {
  up: addUp,
  status: addStatus,
  run: addRun,
  load: addLoad,
  fault: addFault,
  incidents: addIncidents,
  maintenance: addMaintenance,
  logs: addLogs,
  down: addDown,
  doctor: addDoctor,
  lint: addLint,
  render: addRender,
  slo: addSlo,
  serve: addServe,
} as const satisfies Record<string, AddCommand>
