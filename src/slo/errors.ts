import { errorTable } from '../base/errors.ts'

export const sloErrors = errorTable({
  FD_SLO_NOT_FOUND: { meaning: 'There is no file of objectives at that path', exit: 'usage' },
  FD_SLO_INVALID: {
    meaning: 'A file of objectives is not YAML, or holds something that is not supported; every problem is listed',
    exit: 'usage',
  },
})
