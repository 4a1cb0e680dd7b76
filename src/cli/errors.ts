import { errorTable } from '../base/errors.ts'

export const cliErrors = errorTable({
  FD_USAGE: 'An argument of a command is wrong',
  FD_SECRET_MISSING: 'A secret that a setting names cannot be read',
  FD_COMPOSE_NO_SOURCES: 'There are no sources that an image could be built from',
  FD_INTERNAL: 'A mistake in Firedrill itself',
  FD_SETUP_FAILED: 'A checkout could not be installed or built (told by scripts/prepare.js)',
})
