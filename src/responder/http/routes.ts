import { performance } from 'node:perf_hooks'
import { Type } from '#typebox'
import { bearerAuth, HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { LimitView } from '../decide/limits.ts'
import { responderErrors } from '../errors.ts'
import { IncidentStory, IncidentView, storyOf, viewOf } from '../incident/incident-view.ts'
import type { Meters } from '../meters.ts'
import type { Responder } from '../responder.ts'
import type { Watchdog } from '../watchdog.ts'
import { addWebhookRoute } from '../webhook/webhook-route.ts'
import { withHttpStatus } from '../with-http-status.ts'
import type { IncidentStream } from './incident-stream.ts'
import { MaintenanceBody } from './maintenance.ts'
import { TokenBucket } from './token-bucket.ts'

/** The routes of the responder: Alertmanager's webhook, incidents for people and the console, and maintenance for control. */
export function addRoutes(app: HttpServer, { responder, stream, meters, watchdog, tokens, ...options }: Routed): void {
  const guarded = tokenGuards(meters)
  const guards = [guarded(tokens.webhook), rateGuard(options.maxDeliveriesPerSecond, meters)]
  app.register(async (scope) => addWebhookRoute(scope as HttpServer, { responder, meters, watchdog, guards }))
  addIncidentRoutes(app, responder, stream)
  app.get('/limits', { schema: { response: { 200: Type.Object({ limits: Type.Array(LimitView) }) } } }, async () => ({
    limits: responder.limits(),
  }))
  app.get('/maintenance', async () => ({ maintenance: inForce(responder) }))
  app.put(
    '/maintenance',
    { schema: { body: MaintenanceBody }, onRequest: guarded(tokens.maintenance) },
    async (request) => {
      const { service, forMs, why } = request.body
      await withHttpStatus(() => responder.maintain(service, forMs, why))
      return { maintenance: inForce(responder) }
    },
  )
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/ready', async () => ({ status: 'ready' }))
}

export interface Routed {
  responder: Responder
  stream: IncidentStream
  meters: Meters
  watchdog: Watchdog
  /** Alertmanager's, and control's: each opens its own routes only. */
  tokens: { webhook: string; maintenance: string }
  maxDeliveriesPerSecond: number
}

/** Wrong tokens a second, and ten times as many at once; then they are not even looked at. */
const WRONG_TOKENS_PER_SECOND = 10

/** Lets requests with a token pass; wrong ones, of all routes together, are limited in number. */
function tokenGuards(meters: Meters) {
  const wrongTokens = new TokenBucket(WRONG_TOKENS_PER_SECOND, WRONG_TOKENS_PER_SECOND * 10, performance.now())
  return (token: string) => {
    const check = bearerAuth({ one: token })
    return async (request: Parameters<typeof check>[0]) => {
      try {
        check(request)
      } catch (error) {
        meters.refused('token')
        throw wrongTokens.take(performance.now()) ? error : tooMany('wrong tokens', 429)
      }
    }
  }
}

/** Lets that many deliveries a second pass, and ten times as many at once. */
function rateGuard(perSecond: number, meters: Meters) {
  const deliveries = new TokenBucket(perSecond, perSecond * 10, performance.now())
  return async () => {
    if (deliveries.take(performance.now())) return
    meters.refused('rate')
    throw tooMany('deliveries', 503)
  }
}

/** All incidents, the stream of their changes, and one incident with its whole story. */
function addIncidentRoutes(app: HttpServer, responder: Responder, stream: IncidentStream): void {
  app.get(
    '/incidents',
    { schema: { response: { 200: Type.Object({ incidents: Type.Array(IncidentView) }) } } },
    async () => ({
      incidents: responder.incidents().map((incident) => viewOf(incident, responder.clock.setByMs())),
    }),
  )
  app.get('/incidents/stream', (request, reply) => {
    if (!stream.hasRoom) throw tooMany('streams', 503)
    reply.hijack()
    const lastId = request.headers['last-event-id']
    stream.add(reply.raw, typeof lastId === 'string' ? lastId : undefined)
  })
  app.get(
    '/incidents/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,16}$' }) }),
        response: { 200: IncidentStory },
      },
    },
    async (request) => {
      const incident = responder.find(request.params.id)
      if (incident !== undefined) return storyOf(incident, responder.clock.setByMs())
      const message = `there is no incident ${request.params.id}`
      throw new HttpError(
        404,
        responderErrors.error('FD_RESPONDER_UNKNOWN_INCIDENT', { message, next: 'firedrill incidents' }),
      )
    },
  )
}

function inForce({ state, clock }: Responder) {
  const inForceNow = [...state.silences.values()].filter((one) => one.untilMs > clock.nowMs())
  return inForceNow.map((one) => ({ ...one, untilMs: clock.toWallMs(one.untilMs) }))
}

function tooMany(what: string, status: 429 | 503): HttpError {
  const problem = responderErrors.error('FD_RESPONDER_BUSY', { message: `too many ${what} at once` })
  return new HttpError(status, problem, { 'retry-after': '1' })
}
