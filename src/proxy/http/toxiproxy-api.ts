import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpError } from '../../base/http/http-server.ts'
import { refusal } from '../errors.ts'
import type { Proxies } from '../proxies.ts'
import { goJson, requestId, sendText } from './go-answers.ts'
import { addProxyRoutes } from './proxy-routes.ts'
import { addToxicRoutes } from './toxic-routes.ts'

/** Toxiproxy's HTTP API. */

/** The version of Toxiproxy whose API this is. */
const TOXIPROXY_VERSION = '2.12.0'

/**
 * Toxiproxy's HTTP API: its routes, defaults, status codes and bodies, to the byte. Errors are `{ error, status }` as Toxiproxy's,
 * and have our code as well.
 * @param authorize throws when a request may not change anything
 */
export function addToxiproxyApi(
  app: FastifyInstance,
  proxies: Proxies,
  authorize: (request: FastifyRequest) => void,
): void {
  addErrorHandler(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-toxiproxy-request-id', requestId())
    // A body is read as JSON whatever its type: `curl -d` sends a form's, other clients send none.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/json'
    // As Toxiproxy: a web page must not make a browser send changes to this machine.
    if (request.headers['user-agent']?.startsWith('Mozilla/') || request.headers.origin !== undefined)
      throw refusal('FD_PROXY_BROWSER', 'User agent not allowed')
    if (request.method !== 'GET' && request.method !== 'HEAD') authorize(request)
  })
  app.get('/version', async (_request, reply) =>
    sendText(reply, `{"version": "${TOXIPROXY_VERSION}"}\n`, 'application/json;charset=utf-8'),
  )
  addProxyRoutes(app, proxies)
  addToxicRoutes(app, proxies)
}

function addErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const known = error instanceof HttpError ? error : undefined
    const status = known?.status ?? (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500 && known === undefined) request.log.error({ reqId: request.id, err: error }, 'request failed')
    // A client that still sends a body that is too large can then read the reason: the rest of the body is discarded.
    if (status === 413) reply.removeHeader('connection')
    const { message } = error as Error
    const body = { error: message, status, ...(known === undefined ? {} : { code: known.problem.code }) }
    // The type that Go's http.Error gives to any text.
    return reply
      .code(status)
      .headers({ ...known?.headers, 'x-content-type-options': 'nosniff', 'content-type': 'text/plain; charset=utf-8' })
      .send(`${goJson(body)}\n`)
  })
}
