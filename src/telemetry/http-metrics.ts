import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { HttpError, type HttpServer } from '../base/http/http-server.ts'
import { Metrics } from './metrics.ts'
import type { Counter } from './series.ts'

/** Metrics of every HTTP request, as a plugin for a server. */

declare module 'fastify' {
  interface FastifyRequest {
    isMetered: boolean
  }
  interface FastifyContextConfig {
    /** The route's name in metrics, where it is not the router's pattern. */
    metricsRoute?: string
  }
}

/** nginx' status for a client that closed the connection before the answer. */
const CLIENT_CLOSED_REQUEST = 499

/**
 * Counts and times every request of `app` and serves GET /metrics. Call it before the routes are declared: each route's
 * series are resolved when the route is, with a 0 for every status in its response schema and for 500, because a series
 * that appears with its first failure hides that failure from `rate()`.
 */
export function addHttpMetrics(app: HttpServer, metrics: Metrics): void {
  app.decorateRequest('isMetered', false)
  app.addHook('onRoute', (route) => meterRoute(route, metrics))

  const unmatched = meter(metrics, { method: 'any', route: 'unmatched' }, [404])
  app.addHook('onRequest', (request, reply, next) => {
    if (request.is404) watch(request, reply, unmatched)
    next()
  })
  // biome-ignore lint/complexity/useMaxParams: the form of a hook that does not put the answer off to another turn
  app.addHook('onError', (request, reply, _error, next) => {
    if (request.is404) watch(request, reply, unmatched)
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
      found = meter(metrics, { method, route: pattern }, declaredStatuses(route))
      meters.set(method, found)
    }
    return found
  }
  const methods = [route.method].flat()
  for (const method of methods) if (method !== 'HEAD') meterOf(method)

  route.onRequest = [
    ...[route.onRequest ?? []].flat(),
    (request, reply, next) => {
      watch(request, reply, meterOf(request.method))
      next()
    },
  ]
  route.onError = [
    ...[route.onError ?? []].flat(),
    // biome-ignore lint/complexity/useMaxParams: the form of a hook that does not put the answer off to another turn
    (request, reply, error, next) => {
      const meter = meterOf(request.method)
      if (isException(error)) meter.except()
      watch(request, reply, meter)
      next()
    },
  ]
}

/**
 * Meters a request from now on, once: one that is refused before its route's hooks run first appears with its error. The
 * response's `close` ends it, the one event that comes both behind an answer and when a client went away.
 */
function watch(request: FastifyRequest, { raw }: FastifyReply, meter: Meter): void {
  if (request.isMetered) return
  request.isMetered = true
  const startedMs = performance.now()
  meter.begin()
  raw.on('close', () => {
    meter.end(raw.writableFinished ? raw.statusCode : CLIENT_CLOSED_REQUEST, performance.now() - startedMs)
  })
}

function meter(metrics: Metrics, labels: RouteLabels, statuses: readonly number[]): Meter {
  const duration = metrics.histogram('http_request_duration_seconds', labels)
  const byStatus = new Map<number, Counter>()
  const counterOf = (status: number): Counter => {
    let counter = byStatus.get(status)
    if (counter === undefined) {
      counter = metrics.counter('http_requests_total', { ...labels, status: String(status) })
      byStatus.set(status, counter)
    }
    return counter
  }
  for (const status of statuses) counterOf(status)
  const exceptions = metrics.counter('http_exceptions_total', labels)

  let inFlight = 0
  metrics.read('http_requests_in_flight', labels, () => inFlight)
  return {
    begin: () => {
      inFlight++
    },
    end: (status, elapsedMs) => {
      inFlight--
      counterOf(status).inc()
      duration.observe(elapsedMs / 1_000)
    },
    except: () => exceptions.inc(),
  }
}

/** Whether an error is neither an answer of the route nor a mistake of the request. */
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

interface Meter {
  begin(): void
  end(status: number, elapsedMs: number): void
  /** Counts an error that nobody foresaw; the request still ends. */
  except(): void
}

interface RouteLabels {
  method: string
  route: string
}
