import { timingSafeEqual } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import type { Logger } from 'pino'
import { defined } from '../defined.ts'
import { errorTable, FiredrillError } from '../errors.ts'
import { boundConnections } from './bounded-connections.ts'
import { HttpError } from './http-error.ts'
import { knownHosts, readHosts } from './known-hosts.ts'
import { OneWriteResponse } from './one-write-response.ts'
import type { Problem } from './problem.ts'

export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/**
 * A Fastify server with the manners all of Firedrill's servers share: TypeBox schemas, nothing coerced in a body, unknown
 * fields refused, every error a problem document with a stable code, requests for another host name refused.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  const app = fastify({
    http: {
      ServerResponse: OneWriteResponse,
      headersTimeout: requestTimeoutMs / 2,
      // How often Node looks for requests that are late.
      connectionsCheckingInterval: Math.min(2_000, requestTimeoutMs / 4),
    },
    requestTimeout: requestTimeoutMs,
    connectionTimeout: SILENCE_MS,
    // Given as its logger, it would cost each request a child of it and two listeners for lines that nobody wants: 3–4 %
    // of a cached read (docs/performance.md).
    logger: false,
    childLoggerFactory: () => options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes ?? 128 * 1024,
    forceCloseConnections: 'idle',
    requestIdHeader: 'x-request-id',
    return503OnClosing: true,
    // Keys may be 200 characters long, and three times that when every one is escaped.
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (error, request, reply) =>
      void sendError(error as FastifyError, request as FastifyRequest, reply as unknown as FastifyReply),
  }).withTypeProvider<TypeBoxTypeProvider>()

  validateRequests(app)
  answerErrors(app)
  closeSilentConnections(app)
  boundConnections(app.server)
  // A connection that could not be accepted is no reason to end.
  app.server.on('error', (error) => app.server.listening && options.logger.error({ err: error }, 'not accepted'))
  refuseForeignHosts(app, options.hosts ?? readHosts(process.env.ALLOWED_HOSTS))
  return app
}

export const httpErrors = errorTable({
  FD_HTTP_INVALID: 'A request does not have the form that its route expects',
  FD_HTTP_NOT_FOUND: 'There is no such route',
  FD_HTTP_TOO_LARGE: 'A request body is larger than its route accepts',
  FD_HTTP_UNSUPPORTED_MEDIA_TYPE: 'A request body is not JSON',
  FD_HTTP_UNAUTHORIZED: 'The token is missing or wrong',
  FD_HTTP_HOST: 'The Host header names another machine, as when a foreign page aims a browser at this server',
  FD_HTTP_DOCS_NOT_BUILT: 'The page of an API was not built, or its files are gone',
  FD_HTTP_INTERNAL: 'The server failed; its log has the cause',
})

export { HttpError } from './http-error.ts'

export interface HttpServerOptions {
  logger: Logger
  /** Largest request body, in bytes. Default 128 KiB. */
  bodyLimitBytes?: number
  /** Until a request must have arrived with its whole body, in milliseconds. Default 30 s; its head half as long. */
  requestTimeoutMs?: number
  /** Names it answers to besides localhost and addresses. Default: those of the environment's ALLOWED_HOSTS. */
  hosts?: readonly string[]
}

const REQUEST_TIMEOUT_MS = 30_000
/** A connection on which nothing moves for so long is ended, also one whose client does not read its answer. Streams beat faster. */
const SILENCE_MS = 120_000

/**
 * Ends connections that never carried a request as soon as the server closes: browsers and clients open some ahead of need,
 * Node does not count them as idle, and would wait for them.
 */
function closeSilentConnections(app: HttpServer): void {
  const open = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  })
}

/** A hook that lets a request pass only with `Authorization: Bearer <one of the tokens>`; returns whose token it was. */
export function bearerAuth<Name extends string>(tokens: Record<Name, string>): (request: FastifyRequest) => Name {
  return (request) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    for (const [name, token] of Object.entries<string>(tokens)) {
      if (given !== undefined && sameText(given, token)) return name as Name
    }
    throw new HttpError(
      401,
      httpErrors.error('FD_HTTP_UNAUTHORIZED', {
        message: given === undefined ? 'no token was given' : 'the token is not the one of this stack',
        expected: 'Authorization: Bearer TOKEN, with the token from the state folder (.firedrill/secrets)',
      }),
      { 'www-authenticate': 'Bearer' },
    )
  }
}

/** Compares two secrets in a time that says nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Bodies are taken as they are; what stands in a URL or a header is text, which becomes what its schema wants. */
function validateRequests(app: HttpServer): void {
  const validator = (coerceTypes: boolean) => {
    const ajv = new Ajv({
      allErrors: true,
      removeAdditional: false,
      coerceTypes,
      useDefaults: true,
      validateSchema: false,
      verbose: true,
    })
    formats.default(ajv)
    return ajv
  }
  const [strict, fromText] = [validator(false), validator(true)]
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : fromText).compile(schema as object),
  )
}

function answerErrors(app: HttpServer): void {
  app.setErrorHandler((error: FastifyError | HttpError | FiredrillError, request, reply) =>
    sendError(error, request, reply),
  )
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      status: 404,
      error: httpErrors.error('FD_HTTP_NOT_FOUND', {
        message: `no route ${request.method} ${request.url}`,
        ...(app.hasRoute({ method: 'GET', url: '/docs' }) ? { next: 'GET /docs shows the routes there are' } : {}),
      }),
    }),
  )
}

function refuseForeignHosts(app: HttpServer, hosts: readonly string[]): void {
  const isKnown = knownHosts(hosts)
  app.addHook('onRequest', (request, _reply, next) => {
    const { host } = request.headers
    next(isKnown(host) ? undefined : foreignHost(host))
  })
}

function foreignHost(host: string | undefined): HttpError {
  return new HttpError(
    421,
    httpErrors.error('FD_HTTP_HOST', {
      message: 'this server answers only under names that no foreign page can have',
      expected: 'Host: an address, localhost, or a name of ALLOWED_HOSTS',
      given: String(host),
    }),
  )
}

function sendError(
  error: FastifyError | HttpError | FiredrillError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof HttpError) {
    const { status, problem, headers } = error
    // What failed underneath is for the log: the answer names only what its caller can do.
    if (status >= 500 && problem.cause !== undefined)
      request.log.error({ reqId: request.id, err: problem.cause, method: request.method }, problem.message)
    return sendProblem(reply.headers(headers), { status, error: problem })
  }
  if ('validation' in error && error.validation) {
    const part = error.validationContext ?? 'body'
    const errors = (error.validation as ErrorObject[]).map((one) => ({
      pointer: `/${part}${one.instancePath}`,
      message: describeValidationError(one),
    }))
    const invalid = httpErrors.error('FD_HTTP_INVALID', {
      message: errors.map((one) => `${one.pointer} ${one.message}`).join('; '),
    })
    return sendProblem(reply, { status: 400, error: invalid, errors })
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status === 413) {
    return sendProblem(reply, { status, error: httpErrors.error('FD_HTTP_TOO_LARGE', { message: error.message }) })
  }
  if (status === 415) {
    return sendProblem(reply, {
      status,
      error: httpErrors.error('FD_HTTP_UNSUPPORTED_MEDIA_TYPE', {
        message: error.message,
        expected: 'Content-Type: application/json',
      }),
    })
  }
  if (status >= 400 && status < 500) {
    return sendProblem(reply, { status, error: httpErrors.error('FD_HTTP_INVALID', { message: error.message }) })
  }
  const { id: reqId, method, routeOptions } = request
  request.log.error({ reqId, err: error, method, route: routeOptions.url }, 'request failed')
  const internal =
    error instanceof FiredrillError
      ? error
      : httpErrors.error('FD_HTTP_INTERNAL', { message: 'the server failed; its log has the cause' })
  return sendProblem(reply, { status: status === 503 ? 503 : 500, error: internal })
}

function sendProblem(
  reply: FastifyReply,
  { status, error, errors }: { status: number; error: FiredrillError; errors?: Problem['errors'] },
): FastifyReply {
  const { message, expected, given, next } = error.details
  const problem: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: message,
    ...defined({ expected, given, next, errors }),
  }
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}

function describeValidationError(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties')
    return `has an unknown field "${String(error.params.additionalProperty)}"`
  if (error.keyword === 'enum') return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`
  const description = (error.parentSchema as { description?: string } | undefined)?.description
  // People read words rather than an expression.
  if (error.keyword === 'pattern' && description !== undefined) return `must have this form: ${description}`
  return error.message ?? error.keyword
}
