import { errorTable } from '../../base/errors.ts'

export const composeErrors = errorTable({
  FD_COMPOSE_NO_SOURCES: 'There are no sources that an image could be built from',
  FD_COMPOSE_ENGINE: 'The Docker engine did not do what it was asked to',
  FD_COMPOSE_MISSING: 'Docker Compose is not installed',
  FD_COMPOSE_FAILED: 'Docker Compose ended with an error',
  FD_COMPOSE_IN_USE: 'Somebody else uses what is to be removed',
  FD_COMPOSE_NO_CONTAINER: 'The project has no container for a service of the stack',
})
