import { errorTable } from '../base/errors.ts'

export const cliErrors = errorTable({
  FD_USAGE: { meaning: 'An argument of a command is wrong', exit: 'usage' },
  FD_RUN_UNDER_WAY: {
    meaning: 'Another run is under way on the system, and the time to wait for it is over',
    exit: 'unavailable',
  },
  FD_RUN_REFUSED: { meaning: 'Runs are refused before they begin, for several reasons; all are listed', exit: 'usage' },
  FD_DRILL_IMPOSSIBLE: { meaning: 'A drill cannot hold by construction, so it is not run', exit: 'usage' },
  FD_SECRET_MISSING: 'A secret that a setting names cannot be read',
  FD_COMPOSE_NO_SOURCES: 'There are no sources that an image could be built from',
  FD_INTERNAL: 'A mistake in Firedrill itself',
  FD_SETUP_FAILED: 'A checkout could not be installed or built (reported by scripts/prepare.js)',
})
