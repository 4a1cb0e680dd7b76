import type { FastifyReply, FastifyRequest } from 'fastify'
import { defined } from '../../base/defined.ts'
import type { HttpServer } from '../../base/http/http-server.ts'
import {
  type AnswerOf,
  type BodyOf,
  type EndpointName,
  type ParamsOf,
  type QueryOf,
  type Route,
  routes,
} from '../contract.ts'
import type { Caller, Callers } from './access/callers.ts'
import { withHttpStatus } from './with-http-status.ts'

/** Registers the routes of the contract on a server. */

/** Registers routes of the contract by their name: path, schemas and who may call each come from there. */
export class Router {
  readonly app: HttpServer
  readonly #callers: Callers

  constructor(app: HttpServer, callers: Callers) {
    this.app = app
    this.#callers = callers
  }

  /** `bodyLimit` in bytes; default: the server's. */
  add<Name extends EndpointName>(name: Name, handle: Handler<Name>, options: { bodyLimit?: number } = {}): void {
    this.#register(name, handle, options)
  }

  /** A route whose handler returns the answer's JSON: bytes that are made once and sent to many. */
  addBytes<Name extends EndpointName>(name: Name, handle: (call: Call<Name>) => Promise<Buffer>): void {
    this.#register(name, async (call: Call<Name>) => {
      const bytes = await handle(call)
      call.reply.type('application/json; charset=utf-8')
      return bytes
    })
  }

  #register<Name extends EndpointName>(
    name: Name,
    handle: (call: Call<Name>) => unknown,
    options: { bodyLimit?: number } = {},
  ): void {
    const { method, path, access, params, query, body, response, status = 200 }: Route = routes[name]
    const callers = new WeakMap<FastifyRequest, Caller>()
    this.app.route({
      method,
      url: path,
      // Before the body is read: of one who may not call it, nothing is parsed.
      onRequest: async (request) => void callers.set(request, this.#callers.of(access, request)),
      schema: { ...defined({ params, querystring: query, body }), response: { [status]: response } },
      handler: async (request, reply) => {
        const actor = callers.get(request) ?? 'operator'
        const { params, query, body } = request
        const answer = await withHttpStatus(async () =>
          handle({ params, query, body, actor, request, reply } as Call<Name>),
        )
        return reply.code(status).send(answer)
      },
      ...options,
    })
  }

  /** A stream of server-sent events: the handler writes to the reply by itself. */
  addStream(name: EndpointName, open: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): void {
    const { path, access } = routes[name]
    this.app.get(path, { onRequest: async (request) => void this.#callers.of(access, request) }, open)
  }
}

/** A request as a handler gets it: validated against the schemas of its route. */
export interface Call<Name extends EndpointName> {
  params: ParamsOf<Name>
  query: QueryOf<Name>
  body: BodyOf<Name>
  /** Who acts: whose token came with it; the operator with a session, and where the route asks for neither. */
  actor: Caller
  request: FastifyRequest
  reply: FastifyReply
}

type Handler<Name extends EndpointName> = (call: Call<Name>) => AnswerOf<Name> | Promise<AnswerOf<Name>>
