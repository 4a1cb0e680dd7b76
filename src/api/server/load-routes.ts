import type { RouteShorthandOptions } from 'fastify'
import { EventStream, serverSentEvent } from '../../base/http/event-stream.ts'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { LOAD_EVENT, LoadAnswer, LoadView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { renderLoadMetrics } from './load-metrics.ts'

/** A person has a handful of tabs; a loop that opens streams must not take control down. */
const STREAM = { clients: 100, behindBytes: 1_048_576, allBehindBytes: 104_857_600, heartbeatMs: 15_000 }
/** A load that has not reported for this long, in milliseconds, has ended without saying so. */
const SILENT_MS = 10_000
const MAX_BODY = 1_048_576

/**
 * The load that was reported last: the process that runs it posts each second, the console reads it here. Returns its metrics, as
 * they are when asked: control adds them to its own.
 */
export function addLoadRoutes(app: HttpServer, operatorOnly: Pick<RouteShorthandOptions, 'onRequest'>): () => string {
  let load: LoadView | undefined
  let reportedMs = 0
  const stream = new EventStream(STREAM)
  const current = (): LoadView | undefined =>
    load === undefined || load.ended || performance.now() - reportedMs < SILENT_MS
      ? load
      : { ...load, ended: true, users: 0 }

  app.post(
    '/v1/load',
    { ...operatorOnly, bodyLimit: MAX_BODY, schema: { body: LoadView, response: { 200: LoadAnswer } } },
    async (request) => {
      load = request.body
      reportedMs = performance.now()
      stream.send(eventOf(load))
      return { load }
    },
  )
  app.get('/v1/load', { schema: { response: { 200: LoadAnswer } } }, async () => ({ load: current() ?? null }))
  app.get('/v1/load/stream', async (_request, reply) => {
    if (!stream.hasRoom) {
      throw new HttpError(
        503,
        apiErrors.error('FD_LOAD_TOO_MANY_STREAMS', {
          message: `${stream.size} streams are open`,
          expected: `at most ${STREAM.clients}`,
        }),
        { 'retry-after': '5' },
      )
    }
    reply.hijack()
    const now = current()
    stream.add(reply.raw, now === undefined ? ': no load yet\n\n' : eventOf(now))
  })
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => stream.close())
  return () => renderLoadMetrics(current())
}

function eventOf(load: LoadView): string {
  return serverSentEvent(LOAD_EVENT, JSON.stringify(load))
}
