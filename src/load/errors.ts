import { errorTable } from '../base/errors.ts'

export const loadErrors = errorTable({
  FD_LOAD_REMOTE: 'The target of a load is not on this machine, and --allow-remote was not given',
  FD_LOAD_TARGET: 'The target of a load is no URL that can be loaded, or its name is not known',
  FD_LOAD_JOURNEY: 'A journey cannot be loaded, or does not have the form of one',
  FD_LOAD_THRESHOLD: 'A threshold cannot be read',
  FD_LOAD_THREAD: 'A thread of the load generator ended by itself',
  FD_LOAD_RESULT: 'A file is not the result of a load run',
})
