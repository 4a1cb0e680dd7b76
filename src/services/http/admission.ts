import type { FastifyReply, RouteOptions } from 'fastify'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { probeRoutes } from '../../telemetry/routes.ts'
import { serviceErrors } from '../errors.ts'
import { Deadlines } from './deadlines.ts'
import { overloaded } from './overloaded.ts'

export interface AdmissionOptions {
  /** Requests that may be under way at once; the next one is refused. */
  maxInFlight: number
  /** From when a request has been read until it is answered, its waits included. */
  deadlineMs: number
  metrics: Metrics
}

/**
 * Keeps a service that has too much to do quick for those it does serve: the request too many is refused with 503 before
 * its body is read, and one that takes too long is answered 503 instead of never. Probes and metrics always get through:
 * a replica that is busy is not dead. Call it behind `addHttpMetrics` and before the routes are declared.
 */
export function addAdmission(app: HttpServer, { maxInFlight, deadlineMs, metrics }: AdmissionOptions): void {
  const refused = metrics.counter('http_requests_refused_total', { reason: 'in_flight' })
  const expired = metrics.counter('http_requests_expired_total', {})
  const underWay = new Deadlines(deadlineMs, () => {
    expired.inc()
    return tooLate(deadlineMs)
  })
  app.addHook('onRoute', (route: RouteOptions) => {
    if (probeRoutes.some((probe) => probe === route.url)) return
    route.onRequest = [
      ...[route.onRequest ?? []].flat(),
      (_request, _reply, next) => {
        if (underWay.size < maxInFlight) return next()
        refused.inc()
        next(overloaded('too many requests are under way'))
      },
    ]
    const handler = route.handler
    route.handler = function (request, reply) {
      const answer: unknown = handler.call(this, request, reply)
      if (!(answer instanceof Promise)) return answer
      underWay.watch(
        answer,
        (payload) => sendAnswer(reply, payload),
        (error) => sendFailure(reply, error),
      )
      // Fastify leaves it to us then; to let it wait for a promise of ours would cost every request that promise.
      return undefined
    }
  })
}

function sendAnswer(reply: FastifyReply, payload: unknown): void {
  // A handler that returns its reply has sent it by now.
  if (reply.sent) return
  try {
    reply.send(payload)
  } catch (error) {
    sendFailure(reply, error)
  }
}

function sendFailure(reply: FastifyReply, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(`${error}`, { cause: error })
  if (reply.sent) reply.log.error({ reqId: reply.request.id, err: failure }, 'failed behind its answer')
  else reply.send(failure)
}

function tooLate(deadlineMs: number): HttpError {
  return new HttpError(
    503,
    serviceErrors.error('FD_SERVICE_DEADLINE', {
      message: `there was no answer within ${formatDuration(deadlineMs)}`,
      next: 'try again in a second; a write that was sent may or may not have happened',
    }),
    { 'retry-after': '1' },
  )
}
