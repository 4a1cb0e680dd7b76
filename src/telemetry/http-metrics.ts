import type { RouteOptions } from 'fastify'
import { HttpError, type HttpServer } from '../base/http-server.ts'
import { Metrics } from './metrics.ts'
import type { Counter } from './series.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** `none` for a request refused before its route's hooks ran: it was never counted as in flight. */
    metering: 'none' | 'open' | 'closed'
  }
  interface FastifyContextConfig {
    /** The pattern by which metrics name this route, where it is not the one the router needs. */
    metricsRoute?: string
  }
}

/** What nginx calls a client that closed the connection before it had its answer. */
const CLIENT_CLOSED_REQUEST = 499

/**
 * Counts and times every request of `app` and serves GET /metrics. Call it before the routes are declared: each route's
 * series are resolved when the route is, with a 0 for every status in its response schema and for 500, because a series
 * that appears with its first failure hides that failure from `rate()`.
 */
export function addHttpMetrics(app: HttpServer, metrics: Metrics): void {
  app.decorateRequest('metering', 'none')
  app.addHook('onRoute', (route) => meterRoute(route, metrics))

  const unmatched = meter(metrics, 'any', 'unmatched', [404])
  app.addHook('onResponse', (request, reply, next) => {
    if (request.is404) unmatched.end(reply.statusCode, reply.elapsedTime)
    next()
  })

  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', Metrics.contentType)
    return metrics.render()
  })
}

function meterRoute(route: RouteOptions, metrics: Metrics): void {
  const pattern = route.config?.metricsRoute ?? route.url
  // Fastify declares a HEAD route for each GET route; without a request it is not worth its series.
  const meters = new Map<string, Meter>()
  const meterOf = (method: string): Meter => {
    let found = meters.get(method)
    if (found === undefined) {
      found = meter(metrics, method, pattern, declaredStatuses(route))
      meters.set(method, found)
    }
    return found
  }
  route.onError = [
    ...[route.onError ?? []].flat(),
    (request, _reply, error, next) => {
      if (isException(error)) meterOf(request.method).except()
      next()
    },
  ]
  const methods = [route.method].flat()
  for (const method of methods) if (method !== 'HEAD') meterOf(method)

  route.onRequest = [
    ...[route.onRequest ?? []].flat(),
    (request, reply, next) => {
      const one = meterOf(request.method)
      request.metering = 'open'
      one.begin()
      // Fastify's onResponse never comes for a client that went away, so that it would stay in flight for ever.
      reply.raw.on('close', () => {
        if (reply.raw.writableFinished) return
        request.metering = 'closed'
        one.leave()
        one.end(CLIENT_CLOSED_REQUEST, reply.elapsedTime)
      })
      next()
    },
  ]
  route.onResponse = [
    ...[route.onResponse ?? []].flat(),
    (request, reply, next) => {
      if (request.metering !== 'closed') {
        const one = meterOf(request.method)
        if (request.metering === 'open') one.leave()
        request.metering = 'closed'
        one.end(reply.statusCode, reply.elapsedTime)
      }
      next()
    },
  ]
}

interface Meter {
  begin(): void
  leave(): void
  end(status: number, elapsedMs: number): void
  /** Counts an error that nobody foresaw; the request still ends. */
  except(): void
}

function meter(metrics: Metrics, method: string, route: string, statuses: readonly number[]): Meter {
  const duration = metrics.histogram('http_request_duration_seconds', { method, route })
  const byStatus = new Map<number, Counter>()
  const counterOf = (status: number): Counter => {
    let counter = byStatus.get(status)
    if (counter === undefined) {
      counter = metrics.counter('http_requests_total', { method, route, status: String(status) })
      byStatus.set(status, counter)
    }
    return counter
  }
  for (const status of statuses) counterOf(status)
  const exceptions = metrics.counter('http_exceptions_total', { method, route })

  let inFlight = 0
  metrics.read('http_requests_in_flight', { method, route }, () => inFlight)
  return {
    begin: () => {
      inFlight++
    },
    leave: () => {
      inFlight--
    },
    end: (status, elapsedMs) => {
      counterOf(status).inc()
      duration.observe(elapsedMs / 1_000)
    },
    except: () => exceptions.inc(),
  }
}

/** Neither an answer that a route chose nor a mistake of the request. */
function isException(error: Error & { statusCode?: number }): boolean {
  return !(error instanceof HttpError) && (error.statusCode ?? 500) >= 500
}

function declaredStatuses(route: RouteOptions): number[] {
  const schema = route.schema as { response?: Record<string, unknown> } | undefined
  const declared = Object.keys(schema?.response ?? {})
    .map(Number)
    .filter(Number.isInteger)
  return [...new Set([...(declared.length === 0 ? [200] : declared), 500])]
}
