import { createServer, type IncomingMessage, type Server, type ServerResponse, request as sendHttp } from 'node:http'
import type { Logger } from 'pino'
import { messageOf } from '../../../base/errors.ts'
import { boundConnections } from '../../../base/http/bounded-connections.ts'
import { sameText } from '../../../base/http/http-server.ts'
import { basicAuthorization } from '../../../stack/password.ts'

/** The header that a caller's token stands in: Authorization does not pass the proxy of an API server. */
export const TOKEN_HEADER = 'x-firedrill-token'

/** What is behind the gateway, by the first folder of a path: "/prometheus/api/v1/query". */
export type Upstreams = Readonly<Record<string, { url: string; password: string }>>

export interface GatewayOptions {
  token: string
  upstreams: Upstreams
  logger: Logger
  /** Until an upstream must have answered, in milliseconds. Default 30 s. */
  timeoutMs?: number
}

/**
 * Passes on what only reads the APIs behind it, with their passwords, for callers with the token. It keeps nothing, follows nothing, and
 * passes no header of a caller on but what it accepts.
 */
export function createGateway(options: GatewayOptions): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, (request, response) => {
    const { url = '/', method = 'GET', headers } = request
    // It has no use for a body.
    request.resume()
    if (url === READY) return answer(response, 200, 'ready')
    const token = headers[TOKEN_HEADER]
    if (typeof token !== 'string' || !sameText(token, options.token)) {
      return answer(response, 401, `the token is missing or wrong: header ${TOKEN_HEADER}`)
    }
    if (method !== 'GET') return answer(response, 405, 'the gateway only reads')
    const place = placeOf(url, options.upstreams)
    if (place === undefined) return answer(response, 404, `paths are ${pathsOf(options.upstreams)}`)
    pass({ request, response, place }, options)
  })
  boundConnections(server)
  return server
}

const READY = '/ready'
const TIMEOUT_MS = 30_000

interface UpstreamPlace {
  url: URL
  authorization: string
}

/** What a path leads to: the API of an upstream, never another of its pages, and never another host. */
function placeOf(path: string, upstreams: Upstreams): UpstreamPlace | undefined {
  const [, name = '', rest = ''] = /^\/([a-z]+)(\/api\/v\d\/[^#]*)$/.exec(path) ?? []
  const upstream = Object.hasOwn(upstreams, name) ? upstreams[name] : undefined
  if (upstream === undefined) return undefined
  const url = new URL(rest, upstream.url)
  if (!/^\/api\/v\d\//.test(url.pathname)) return undefined
  return { url, authorization: basicAuthorization(upstream.password) }
}

function pass(
  { request, response, place }: { request: IncomingMessage; response: ServerResponse; place: UpstreamPlace },
  { logger, timeoutMs = TIMEOUT_MS }: GatewayOptions,
): void {
  const { accept = '*/*' } = request.headers
  const upstream = sendHttp(place.url, {
    headers: { accept, authorization: place.authorization },
    timeout: timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
  })
  upstream.once('response', (found) => {
    const type = found.headers['content-type']
    response.writeHead(found.statusCode ?? 502, type === undefined ? {} : { 'content-type': type })
    found.once('error', () => response.destroy())
    found.pipe(response)
  })
  upstream.once('error', (error) => {
    logger.warn({ err: messageOf(error), host: place.url.host }, 'not answered')
    if (response.headersSent) response.destroy()
    else answer(response, 502, `${place.url.host} does not answer`)
  })
  // A caller that goes away leaves nothing behind.
  response.once('close', () => upstream.destroy())
  upstream.end()
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

function pathsOf(upstreams: Upstreams): string {
  return Object.keys(upstreams)
    .map((name) => `/${name}/api/…`)
    .join(' and ')
}
