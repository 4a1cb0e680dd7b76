import { errorTable } from '../base/errors.ts'

export const foreignErrors = errorTable({
  FD_FOREIGN_NOT_FOUND: { meaning: 'There is no description of a system where one was named', exit: 'usage' },
  FD_FOREIGN_INVALID: { meaning: 'A description of a system has mistakes; all are reported', exit: 'usage' },
  FD_FOREIGN_PROCESS: 'A process of the system cannot be found, started, stopped or signalled',
  FD_FOREIGN_MONITORING: {
    meaning: 'The Prometheus or the Alertmanager of a system does not answer',
    exit: 'unavailable',
  },
  FD_FOREIGN_CLOCKS: { meaning: 'The clocks of the monitoring cannot be read', exit: 'unavailable' },
  FD_FOREIGN_NOTHING_FOUND: {
    meaning: 'A namespace has no workload that could be a service of a system',
    exit: 'usage',
  },
  FD_FOREIGN_GUARDIAN: 'The process that holds the faults of a run does not answer',
  FD_FOREIGN_TURN_LOST: {
    meaning: 'Another run has taken the turn of this one in a namespace, since it was not renewed for too long',
    exit: 'unavailable',
  },
  FD_FOREIGN_LEFT_BEHIND: {
    meaning: 'A change that a fault has made to a system is in force, or was left',
    exit: 'unavailable',
  },
})
