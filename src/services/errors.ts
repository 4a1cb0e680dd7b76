import { errorTable } from '../base/errors.ts'

export const serviceErrors = errorTable({
  FD_CONFIG_INVALID: 'A service was started with settings that are missing or wrong',
  FD_SERVICE_PORT_TAKEN: 'The port on which a service is to listen is in use or not allowed',
  FD_DATABASE_UNAVAILABLE: 'PostgreSQL cannot be reached, or did not answer in time; trying again later may help',
  FD_SERVICE_OVERLOADED: 'A service has more to do than it can do in time, and refused a request at once',
  FD_SERVICE_DEADLINE: 'A request was not answered within REQUEST_DEADLINE',
})
