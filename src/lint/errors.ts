import { errorTable } from '../base/errors.ts'

export const lintErrors = errorTable({
  FD_LINT_FILE: 'A file is no Prometheus rule file; every problem is listed',
})
