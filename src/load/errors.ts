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
  FD_LOAD_WORKERS: { meaning: 'Several workers of a load cannot take part', exit: 'unavailable' },
  FD_LOAD_WORKER_UNREACHABLE: { meaning: 'A worker of a load does not answer', exit: 'unavailable' },
  FD_LOAD_WORKER_ANSWER: { meaning: 'What answers at the address of a worker is not a worker', exit: 'unavailable' },
  FD_LOAD_WORKER_TOKEN: {
    meaning: 'The token of the workers is missing or too short, or a worker has another one',
    exit: 'usage',
  },
  FD_LOAD_WORKER_VERSION: { meaning: 'A worker is of another version of Firedrill', exit: 'usage' },
  FD_LOAD_WORKER_BUSY: { meaning: 'A worker already works for another load', exit: 'unavailable' },
  FD_LOAD_WORKER_LOST: 'A worker no longer carries its part of a load',
  FD_LOAD_WORKER_LISTEN: {
    meaning: 'A worker cannot listen: the address is taken, or not of this machine',
    exit: 'unavailable',
  },
  FD_LOAD_WORKER_PODS: { meaning: 'The workers of a load do not start in the cluster', exit: 'unavailable' },
})
