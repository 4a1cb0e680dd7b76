import { errorTable } from '../../../base/errors.ts'

export const componentErrors = errorTable({
  FD_COMPONENT_UNAVAILABLE: {
    meaning: 'A real program that the native runtime needs was found nowhere and could not be fetched',
    exit: 'unavailable',
  },
  FD_COMPONENT_COMMAND: 'A command that finds, fetches or prepares a component failed',
  FD_COMPONENT_FETCH: 'A component could not be fetched, or what was fetched is not what was announced',
  FD_POSTGRES_DATA: 'The PostgreSQL data directory cannot be used as it is',
  FD_POSTGRES_VERSION: 'The PostgreSQL data directory was written by another major version',
  FD_POSTGRES_PREPARE: 'A new PostgreSQL data directory could not be prepared',
})
