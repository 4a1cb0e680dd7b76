import { HttpError } from '../../base/http/http-server.ts'
import { serviceErrors } from '../errors.ts'

/** The answer to a request for which there is no room: 503 with Retry-After, at once. */
export function overloaded(message: string): HttpError {
  return new HttpError(
    503,
    serviceErrors.error('FD_SERVICE_OVERLOADED', { message, next: 'try again in a second; nothing has happened' }),
    { 'retry-after': '1' },
  )
}
