import { errorTable } from '../base/errors.ts'

export const apiErrors = errorTable({
  FD_STACK_UP: 'A stack is up already in this folder',
  FD_STACK_NOT_UP: 'No stack is up in this folder',
  FD_STACK_NOT_SCRAPED: 'The stack is up, but the monitoring does not see all of it',
  FD_STACK_STOPPED: 'The control process ended before the stack was up',
  FD_CONTROL_UNREACHABLE: 'The control process does not answer',
  FD_CONTROL_REFUSED: 'The control process refused a request',
  FD_FAULT_UNKNOWN: 'No fault has that name',
  FD_FAULT_PARAMS: 'Parameters of a fault are wrong',
  FD_FAULT_NOT_ACTIVE: 'No active fault has that id',
  FD_FAULT_UNSUPPORTED: 'The runtime cannot do what the fault needs',
})
