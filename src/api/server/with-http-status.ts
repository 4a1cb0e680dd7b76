import { errorClass, FiredrillError } from '../../base/errors.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { systemError, systemErrors } from '../../base/system/system-error.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { drillErrors } from '../../drills/errors.ts'
import { faultErrors } from '../../faults/errors.ts'
import { loadErrors } from '../../load/errors.ts'
import { probeErrors } from '../../probes/errors.ts'
import { haltErrors } from '../../runtimes/native/state/lever.ts'
import { runtimeErrors } from '../../runtimes/runtime.ts'
import { apiErrors } from '../errors.ts'

/** Gives errors the HTTP status of their table. */

/** The tables of what a route may refuse or fail with. */
const TABLES = [
  runtimeErrors,
  faultErrors,
  systemErrors,
  haltErrors,
  usageErrors,
  drillErrors,
  loadErrors,
  probeErrors,
  apiErrors,
]

/** The same outcome; an error becomes a problem document with the status that its table names. */
export async function withHttpStatus<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const known = error instanceof FiredrillError ? error : systemError(error)
    if (known === undefined) throw error
    throw new HttpError(errorClass(known.code, TABLES)?.http ?? 500, known)
  }
}
