import { pipeline } from 'node:stream/promises'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Dispatcher, request as send } from 'undici'
import { messageOf } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { eventStreamHeaders } from '../../base/http/event-stream.ts'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import { IncidentStory, IncidentsView, type IncidentView, MaintenanceBody, MaintenanceView } from '../contract.ts'
import { apiErrors } from '../errors.ts'

const TIMEOUT_MS = 2_000
/** Longer than its heartbeat: a stream that is silent for so long is dead. */
const STREAM_SILENCE_MS = 20_000
/** A person has a handful of tabs; a loop that opens streams must not take control down. */
const MAX_STREAMS = 100

export interface IncidentsRoutes {
  services(): ServiceStatus[]
  /** The token by which the responder knows that control speaks for the operator. */
  token: string
  /** Lets only the operator pass. */
  operatorOnly: { onRequest: (request: FastifyRequest) => Promise<void> }
}

/** What control itself asks the responder for. Each throws FD_RESPONDER_UNREACHABLE. */
export interface Responding {
  incidents(): Promise<IncidentView[]>
  maintenance(): Promise<MaintenanceView['maintenance']>
}

/** Passes the responder's incidents on, so that page and CLI need no other origin than control's. */
export function addIncidentsRoutes(app: HttpServer, { services, token, operatorOnly }: IncidentsRoutes): Responding {
  const ask = async (path: string, options: Partial<Dispatcher.RequestOptions> = {}) => {
    const address = services().find(({ kind }) => kind === 'responder')?.replicas[0]?.address
    if (address === undefined) throw unreachable('the stack has no responder')
    try {
      const url = `http://${address.host}:${address.port}${path}`
      return await send(url, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, ...options })
    } catch (error) {
      throw unreachable(messageOf(error))
    }
  }
  const get = async (path: string) => {
    const answer = await ask(path)
    const body = JSON.parse(await answerText(answer.body, answerLimits.own)) as never
    if (answer.statusCode === 404) {
      const next = 'firedrill incidents lists them'
      throw new HttpError(
        404,
        apiErrors.error('FD_INCIDENT_UNKNOWN', { message: `there is no such incident: ${path}`, next }),
      )
    }
    if (answer.statusCode !== 200) throw unreachable(`answered ${answer.statusCode}`)
    return body
  }

  app.get('/v1/incidents', { schema: { response: { 200: IncidentsView } } }, () => get('/incidents'))
  app.get(
    '/v1/incidents/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,16}$', description: 'Number or id' }) }),
        response: { 200: IncidentStory },
      },
    },
    (request) => get(`/incidents/${request.params.id}`),
  )
  app.get('/v1/maintenance', { schema: { response: { 200: MaintenanceView } } }, () => get('/maintenance'))
  app.put(
    '/v1/maintenance',
    { ...operatorOnly, schema: { body: MaintenanceBody, response: { 200: MaintenanceView } } },
    async (request) => {
      const answer = await ask('/maintenance', {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(request.body),
      })
      const body = JSON.parse(await answerText(answer.body, answerLimits.own)) as never
      if (answer.statusCode === 200) return body
      throw unreachable(`answered ${answer.statusCode}`)
    },
  )

  const streams = new Set<AbortController>()
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort()
  })
  app.get('/v1/incidents/stream', async (request, reply) => {
    if (streams.size >= MAX_STREAMS) throw tooManyStreams(`${streams.size} streams are open`, `at most ${MAX_STREAMS}`)
    const stream = new AbortController()
    streams.add(stream)
    reply.raw.once('close', () => {
      streams.delete(stream)
      stream.abort()
    })
    const lastId = request.headers['last-event-id']
    const answer = await ask('/incidents/stream', {
      headers: typeof lastId === 'string' ? { 'last-event-id': lastId } : {},
      bodyTimeout: STREAM_SILENCE_MS,
      signal: stream.signal,
    })
    if (answer.statusCode !== 200) {
      await answer.body.dump()
      throw tooManyStreams(`the responder answered ${answer.statusCode}`, 'room for one more')
    }
    reply.hijack()
    reply.raw.writeHead(answer.statusCode, eventStreamHeaders)
    reply.raw.flushHeaders()
    await pipeline(answer.body, reply.raw).catch(() => reply.raw.destroy())
  })
  return {
    incidents: async () => ((await get('/incidents')) as { incidents: IncidentView[] }).incidents,
    maintenance: async () => ((await get('/maintenance')) as MaintenanceView).maintenance,
  }
}

function tooManyStreams(message: string, expected: string): HttpError {
  const problem = apiErrors.error('FD_INCIDENTS_TOO_MANY_STREAMS', { message, expected })
  return new HttpError(503, problem, { 'retry-after': '5' })
}

function unreachable(given: string): HttpError {
  const next = 'firedrill logs responder; its log of incidents is in the state folder'
  const problem = apiErrors.error('FD_RESPONDER_UNREACHABLE', { message: 'the responder does not answer', given, next })
  return new HttpError(502, problem, { 'retry-after': '1' })
}
