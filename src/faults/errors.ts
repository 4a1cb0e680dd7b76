import { errorTable } from '../base/errors.ts'

export const faultErrors = errorTable({
  FD_FAULT_UNKNOWN: 'No fault has that name',
  FD_FAULT_PARAMS: 'Parameters of a fault are wrong',
  FD_FAULT_NOT_ACTIVE: 'No active fault has that id',
  FD_FAULT_UNSUPPORTED: 'The runtime, or the target, cannot do what the fault needs',
  FD_FAULT_REFUSED: 'The target refused a fault: it has no room for it, or it is already going away',
  FD_FAULT_UNREACHABLE: 'What has to carry out a fault does not answer',
  FD_FAULT_NO_ROUTE: 'A fault was aimed at a route, a method or a dependency that its target does not have',
  FD_FAULT_INJECTED: 'A request failed because a fault is active, on purpose',
})
