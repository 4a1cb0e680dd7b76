import { pipeline } from 'node:stream/promises'
import { eventStreamHeaders } from '../../base/http/event-stream.ts'
import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import { QuoteHistory, QuotesHistoryQuery, QuotesHistoryView, QuotesView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { downsample } from './downsample.ts'
import { QuotesSource } from './quotes-source.ts'

/** A person has a handful of tabs; a loop that opens streams must not take control down. */
const MAX_STREAMS = 100
/** Longer than any heartbeat: a stream that is silent for so long is dead, and its client shall notice. */
const STREAM_SILENCE_MS = 60_000
const HISTORIES_AT_A_TIME = 8

/** Passes quotes on to the page, so that it needs to know no other origin than control's. */
export function addQuotesRoutes(app: HttpServer, services: () => ServiceStatus[]): void {
  const source = new QuotesSource(services)

  app.get('/v1/quotes', { schema: { response: { 200: QuotesView } } }, async () => source.get('/quotes', QuotesView))

  app.get(
    '/v1/quotes/history',
    { schema: { querystring: QuotesHistoryQuery, response: { 200: QuotesHistoryView } } },
    async (request) => {
      const waiting = (await source.get('/quotes', QuotesView)).quotes.map((quote) => quote.symbol)
      const histories: QuoteHistory[] = []
      const work = async () => {
        for (let symbol = waiting.shift(); symbol !== undefined; symbol = waiting.shift()) {
          const history = await source.get(`/quotes/${encodeURIComponent(symbol)}/history`, QuoteHistory)
          histories.push({ symbol, points: downsample(history.points, request.query.points) })
        }
      }
      await Promise.all(Array.from({ length: HISTORIES_AT_A_TIME }, work))
      return { histories }
    },
  )

  const streams = new Set<AbortController>()
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort()
  })
  app.get('/v1/quotes/stream', async (request, reply) => {
    if (streams.size >= MAX_STREAMS) {
      throw new HttpError(
        503,
        apiErrors.error('FD_QUOTES_TOO_MANY_STREAMS', {
          message: `${streams.size} streams are open`,
          expected: `at most ${MAX_STREAMS}`,
        }),
        { 'retry-after': '5' },
      )
    }
    const stream = new AbortController()
    streams.add(stream)
    const end = () => {
      streams.delete(stream)
      stream.abort()
    }
    reply.raw.once('close', end)
    // It may have gone away before its request came here.
    if (request.raw.socket.destroyed) end()
    const lastId = request.headers['last-event-id']
    const upstream = await source
      .stream(
        '/quotes/stream',
        { accept: 'text/event-stream', ...(typeof lastId === 'string' ? { 'last-event-id': lastId } : {}) },
        { silenceMs: STREAM_SILENCE_MS, signal: stream.signal },
      )
      .catch((error: unknown) => {
        if (!stream.signal.aborted) throw error
      })
    // The client went away, or control goes down: nobody is there to be answered.
    if (upstream === undefined) return reply.raw.destroy()
    reply.hijack()
    reply.raw.writeHead(200, eventStreamHeaders)
    reply.raw.flushHeaders()
    // With back-pressure: a slow client slows its own stream down to the service, which drops it. Nothing piles up here.
    await pipeline(upstream, reply.raw).catch(() => reply.raw.destroy())
  })
}
