import { errorTable } from '../base/errors.ts'

export const cliErrors = errorTable({
  FD_USAGE: 'An argument of a command is wrong',
  FD_RUN_UNDER_WAY: 'Another run is under way on the system, and the time to wait for it is over',
  FD_RUN_REFUSED: 'Runs are refused before they begin, for several reasons; all are listed',
  FD_DRILL_IMPOSSIBLE: 'A drill cannot hold by construction, so it is not run',
  FD_SECRET_MISSING: 'A secret that a setting names cannot be read',
  FD_COMPOSE_NO_SOURCES: 'There are no sources that an image could be built from',
  FD_INTERNAL: 'A mistake in Firedrill itself',
  FD_SETUP_FAILED: 'A checkout could not be installed or built (reported by scripts/prepare.js)',
})
