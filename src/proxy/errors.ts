import { type ErrorCode, errorTable } from '../base/errors.ts'
import { HttpError } from '../base/http/http-error.ts'

export const proxyErrors = errorTable({
  FD_PROXY_NOT_FOUND: { meaning: 'The fault proxy has no proxy of that name', http: 404 },
  FD_PROXY_EXISTS: { meaning: 'The fault proxy has a proxy of that name already', http: 409 },
  FD_PROXY_TOXIC_NOT_FOUND: { meaning: 'The proxy has no toxic of that name', http: 404 },
  FD_PROXY_TOXIC_EXISTS: { meaning: 'The proxy has a toxic of that name already', http: 409 },
  FD_PROXY_TOXIC_TYPE: { meaning: 'There is no toxic of that type', http: 400 },
  FD_PROXY_STREAM: { meaning: 'A stream is neither upstream nor downstream', http: 400 },
  FD_PROXY_FIELD: { meaning: 'A field without which there is no proxy is missing', http: 400 },
  FD_PROXY_BODY: { meaning: 'A request to the fault proxy is not JSON, or its fields have wrong values', http: 400 },
  FD_PROXY_LISTEN: { meaning: 'A proxy cannot listen where it is to', http: 500 },
  FD_PROXY_LISTEN_HOST: {
    meaning: 'A proxy made over HTTP listens on this machine only, or where the fault proxy was started to listen',
    http: 403,
  },
  FD_PROXY_BROWSER: { meaning: 'A browser asked: pages must not control the fault proxy', http: 403 },
  FD_PROXY_CONFIG: { meaning: 'The file with the proxies to start with is missing or wrong', http: 500 },
})

/** An error with Toxiproxy's text and status. */
export function refusal(code: keyof typeof proxyErrors.codes & ErrorCode, message: string): HttpError {
  return new HttpError(proxyErrors.codes[code].http, proxyErrors.error(code, { message }))
}
