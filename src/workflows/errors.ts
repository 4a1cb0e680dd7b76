import { errorTable } from '../base/errors.ts'

export const workflowErrors = errorTable({
  FD_RUN_UNDER_WAY: {
    meaning: 'Another run is under way on the system, and the time to wait for it is over',
    exit: 'unavailable',
  },
  FD_RUN_REFUSED: { meaning: 'Runs are refused before they begin, for several reasons; all are listed', exit: 'usage' },
  FD_DRILL_IMPOSSIBLE: { meaning: 'A drill cannot hold by construction, so it is not run', exit: 'usage' },
  FD_SYSTEM_NOT_NAMED: {
    meaning:
      'A description of a system lies in this folder, and the command does not name it: nothing is done to it silently',
    exit: 'usage',
  },
  FD_ENVIRONMENT_OTHER: {
    meaning: 'The environment that the command names is not that of the system',
    exit: 'usage',
  },
  FD_ENVIRONMENT_NOT_CONFIRMED: {
    meaning: 'The system is production, and nobody has named that environment for this run',
    exit: 'usage',
  },
})
