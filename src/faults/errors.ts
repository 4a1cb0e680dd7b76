import { errorTable } from '../base/errors.ts'

export const faultErrors = errorTable({
  FD_FAULT_UNKNOWN: { meaning: 'No fault has that name', http: 422, exit: 'usage' },
  FD_FAULT_PARAMS: { meaning: 'Parameters of a fault are wrong', http: 422, exit: 'usage' },
  FD_FAULT_NOT_ACTIVE: { meaning: 'No active fault has that id', http: 404, exit: 'usage' },
  FD_FAULT_UNSUPPORTED: {
    meaning: 'The runtime, or the target, cannot do what the fault needs',
    http: 422,
    exit: 'usage',
  },
  FD_FAULT_REFUSED: {
    meaning: 'The target refused a fault: it has no room for it, or it is already going away',
    http: 409,
    exit: 'usage',
  },
  FD_FAULT_NOT_UNDONE: { meaning: 'What a fault has changed could not be put back', http: 502, exit: 'unavailable' },
  FD_FAULT_UNREACHABLE: { meaning: 'What has to carry out a fault does not answer', http: 502, exit: 'unavailable' },
  FD_FAULT_NO_ROUTE: {
    meaning: 'A fault was aimed at a route, a method or a dependency that its target does not have',
    http: 422,
    exit: 'usage',
  },
  FD_FAULT_INJECTED: 'A request failed because a fault is active, on purpose',
})
