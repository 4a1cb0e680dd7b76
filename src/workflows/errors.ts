import { errorTable } from '../base/errors.ts'

export const workflowErrors = errorTable({
  FD_RUN_UNDER_WAY: {
    meaning: 'Another run is under way on the system, and the time to wait for it is over',
    exit: 'unavailable',
  },
  FD_RUN_REFUSED: { meaning: 'Runs are refused before they begin, for several reasons; all are listed', exit: 'usage' },
  FD_DRILL_IMPOSSIBLE: { meaning: 'A drill cannot hold by construction, so it is not run', exit: 'usage' },
})
