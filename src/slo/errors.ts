import { errorTable } from '../base/errors.ts'

export const sloErrors = errorTable({
  FD_SLO_NOT_FOUND: 'There is no file of objectives at that path',
  FD_SLO_INVALID: 'A file of objectives is not YAML, or holds something that is not supported; every problem is listed',
})
