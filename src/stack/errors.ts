import { errorTable } from '../base/errors.ts'

export const stackErrors = errorTable({
  FD_STACK_SETTINGS:
    'A FIREDRILL_ environment variable that configures notifications or runbook links has a wrong value',
})
