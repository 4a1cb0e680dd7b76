import type { ServerResponse } from 'node:http'
import type { RouteShorthandOptions } from 'fastify'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { LOAD_EVENT, LoadAnswer, LoadView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { renderLoadMetrics } from './load-metrics.ts'

/** A person has a handful of tabs; a loop that opens streams must not take control down. */
const MAX_STREAMS = 100
const HEARTBEAT_MS = 15_000
/** A load that has not told anything for that long, in milliseconds, has ended without saying so. */
const SILENT_MS = 10_000
/** A client that is that far behind, in bytes, is not reading. */
const MAX_BEHIND = 1_048_576
const MAX_BODY = 1_048_576

/**
 * The load that was last told of: who runs it tells each second, the console reads it here. Returns its metrics, as they are
 * when asked: control adds them to its own.
 */
export function addLoadRoutes(app: HttpServer, operatorOnly: Pick<RouteShorthandOptions, 'onRequest'>): () => string {
  let load: LoadView | undefined
  let toldMs = 0
  const streams = new Set<ServerResponse>()
  const current = (): LoadView | undefined =>
    load === undefined || load.ended || performance.now() - toldMs < SILENT_MS
      ? load
      : { ...load, ended: true, users: 0 }

  app.post(
    '/v1/load',
    { ...operatorOnly, bodyLimit: MAX_BODY, schema: { body: LoadView, response: { 200: LoadAnswer } } },
    async (request) => {
      load = request.body
      toldMs = performance.now()
      const event = eventOf(load)
      for (const stream of streams) {
        if (stream.writableLength > MAX_BEHIND) stream.destroy()
        else stream.write(event)
      }
      return { load }
    },
  )
  app.get('/v1/load', { schema: { response: { 200: LoadAnswer } } }, async () => ({ load: current() ?? null }))
  app.get('/v1/load/stream', async (_request, reply) => {
    if (streams.size >= MAX_STREAMS) {
      throw new HttpError(
        503,
        apiErrors.error('FD_LOAD_TOO_MANY_STREAMS', {
          message: `${streams.size} streams are open`,
          expected: `at most ${MAX_STREAMS}`,
        }),
        { 'retry-after': '5' },
      )
    }
    reply.hijack()
    const stream = reply.raw
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const now = current()
    stream.write(now === undefined ? ': no load yet\n\n' : eventOf(now))
  })
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n')
  }, HEARTBEAT_MS)
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => {
    clearInterval(heartbeat)
    for (const stream of streams) stream.end()
  })
  return () => renderLoadMetrics(current())
}

function eventOf(load: LoadView): string {
  return `event: ${LOAD_EVENT}\ndata: ${JSON.stringify(load)}\n\n`
}
