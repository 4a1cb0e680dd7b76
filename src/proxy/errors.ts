import { type ErrorCode, errorTable } from '../base/errors.ts'
import { HttpError } from '../base/http/http-server.ts'

export const proxyErrors = errorTable({
  FD_PROXY_NOT_FOUND: 'The fault proxy has no proxy of that name',
  FD_PROXY_EXISTS: 'The fault proxy has a proxy of that name already',
  FD_PROXY_TOXIC_NOT_FOUND: 'The proxy has no toxic of that name',
  FD_PROXY_TOXIC_EXISTS: 'The proxy has a toxic of that name already',
  FD_PROXY_TOXIC_TYPE: 'There is no toxic of that type',
  FD_PROXY_STREAM: 'A stream is neither upstream nor downstream',
  FD_PROXY_FIELD: 'A field without which there is no proxy is missing',
  FD_PROXY_BODY: 'A request to the fault proxy is not JSON, or its fields have wrong values',
  FD_PROXY_LISTEN: 'A proxy cannot listen where it is to',
  FD_PROXY_LISTEN_HOST:
    'A proxy made over HTTP listens on this machine only, or where the fault proxy was started to listen',
  FD_PROXY_BROWSER: 'A browser asked: pages must not control the fault proxy',
  FD_PROXY_CONFIG: 'The file with the proxies to start with is missing or wrong',
})

const STATUS: Record<keyof typeof proxyErrors.codes, number> = {
  FD_PROXY_NOT_FOUND: 404,
  FD_PROXY_EXISTS: 409,
  FD_PROXY_TOXIC_NOT_FOUND: 404,
  FD_PROXY_TOXIC_EXISTS: 409,
  FD_PROXY_TOXIC_TYPE: 400,
  FD_PROXY_STREAM: 400,
  FD_PROXY_FIELD: 400,
  FD_PROXY_BODY: 400,
  FD_PROXY_LISTEN: 500,
  FD_PROXY_LISTEN_HOST: 403,
  FD_PROXY_BROWSER: 403,
  FD_PROXY_CONFIG: 500,
}

/** An answer with Toxiproxy's words and status. */
export function refusal(code: keyof typeof proxyErrors.codes & ErrorCode, message: string): HttpError {
  return new HttpError(STATUS[code], proxyErrors.error(code, { message }))
}
