import { errorTable } from '../base/errors.ts'

export const foreignErrors = errorTable({
  FD_FOREIGN_NOT_FOUND: 'There is no description of a system where one was named',
  FD_FOREIGN_INVALID: 'A description of a system has mistakes; all are reported',
  FD_FOREIGN_PROCESS: 'A process of the system cannot be found, started, stopped or signalled',
  FD_FOREIGN_MONITORING: 'The Prometheus or the Alertmanager of a system does not answer',
  FD_FOREIGN_CLOCKS: 'The clocks of the monitoring cannot be read',
  FD_FOREIGN_GUARDIAN: 'The process that holds the faults of a run does not answer',
})
