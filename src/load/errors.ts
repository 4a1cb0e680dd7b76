import { errorTable } from '../base/errors.ts'

export const loadErrors = errorTable({
  FD_LOAD_REMOTE: {
    meaning: 'The target of a load is not on this machine, and --allow-remote was not given',
    exit: 'usage',
  },
  FD_LOAD_TARGET: {
    meaning: 'The target of a load is not a URL that can be loaded, or its host name cannot be resolved',
    exit: 'usage',
  },
  FD_LOAD_JOURNEY: {
    meaning: 'A journey cannot be loaded, or does not have the form of a journey',
    http: 422,
    exit: 'usage',
  },
  FD_LOAD_THRESHOLD: { meaning: 'A threshold cannot be read', http: 422, exit: 'usage' },
  FD_LOAD_THREAD: 'A thread of the load generator ended by itself',
  FD_LOAD_RESULT: { meaning: 'A file is not the result of a load run', http: 422, exit: 'usage' },
})
