import { FiredrillError } from '../../base/errors.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { systemError } from '../../base/system/system-error.ts'

/** HTTP status of the errors that are the caller's; everything else is a 500. */
const STATUS: Record<string, number> = {
  FD_RUNTIME_UNKNOWN_SERVICE: 404,
  FD_RUNTIME_CONFLICT: 409,
  FD_RUNTIME_SETTING: 422,
  FD_RUNTIME_UNSUPPORTED: 422,
  FD_RUNTIME_START_FAILED: 502,
  FD_FAULT_UNKNOWN: 422,
  FD_FAULT_PARAMS: 422,
  FD_FAULT_UNSUPPORTED: 422,
  FD_FAULT_NO_ROUTE: 422,
  FD_FAULT_REFUSED: 409,
  FD_FAULT_UNREACHABLE: 502,
  FD_FAULT_NOT_ACTIVE: 404,
  FD_SYSTEM_DISK: 507,
  FD_SYSTEM_LIMIT: 503,
  FD_HALTED: 423,
}

/** The same outcome, with the errors of what was asked as problem documents of a status of their own. */
export async function withHttpStatus<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const known = error instanceof FiredrillError ? error : systemError(error)
    if (known === undefined) throw error
    throw new HttpError(STATUS[known.code] ?? 500, known)
  }
}
