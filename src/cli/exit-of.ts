import { apiErrors } from '../api/errors.ts'
import { type AnyErrorTable, type ErrorCode, errorClass } from '../base/errors.ts'
import { secretErrors } from '../base/files/files.ts'
import { fileErrors as ownFileErrors } from '../base/files/own-files.ts'
import { fileErrors } from '../base/files/user-file.ts'
import { outputErrors } from '../base/files/user-output.ts'
import { systemErrors } from '../base/system/system-error.ts'
import { usageErrors } from '../base/usage-errors.ts'
import { baselineErrors } from '../baselines/errors.ts'
import { drillErrors } from '../drills/errors.ts'
import { faultErrors } from '../faults/errors.ts'
import { foreignErrors } from '../foreign/errors.ts'
import { kubernetesErrors } from '../kubernetes/cluster.ts'
import { loadErrors } from '../load/errors.ts'
import { probeErrors } from '../probes/errors.ts'
import { receiverErrors } from '../receiver/errors.ts'
import { responderErrors } from '../responder/errors.ts'
import { routingErrors } from '../routing/errors.ts'
import { clusterErrors } from '../runtimes/kubernetes/errors.ts'
import { componentErrors } from '../runtimes/native/components/errors.ts'
import { haltErrors } from '../runtimes/native/state/lever.ts'
import { stateErrors } from '../runtimes/native/state/state-folder.ts'
import { quotesErrors } from '../services/quotes/errors.ts'
import { sloErrors } from '../slo/errors.ts'
import { workflowErrors } from '../workflows/errors.ts'
import type { Exit } from './exit-codes.ts'

/** How a command ends on an error of this code, wherever the error was made: what its table says, else `errored`. */
export function exitOf(code: ErrorCode): Exit {
  return errorClass(code, exitTables)?.exit ?? 'errored'
}

/** Every table that names an exit; a test finds one that is missing. Loaded only when an error must be mapped. */
export const exitTables: readonly AnyErrorTable[] = [
  usageErrors,
  workflowErrors,
  systemErrors,
  fileErrors,
  ownFileErrors,
  outputErrors,
  secretErrors,
  sloErrors,
  loadErrors,
  faultErrors,
  quotesErrors,
  stateErrors,
  haltErrors,
  componentErrors,
  responderErrors,
  receiverErrors,
  drillErrors,
  probeErrors,
  routingErrors,
  baselineErrors,
  apiErrors,
  foreignErrors,
  kubernetesErrors,
  clusterErrors,
]
