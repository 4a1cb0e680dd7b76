import { errorTable } from '../base/errors.ts'

export const cliErrors = errorTable({
  FD_INTERNAL: 'A mistake in Firedrill itself',
  FD_SETUP_FAILED: 'A checkout could not be installed or built (reported by scripts/prepare.js)',
})
