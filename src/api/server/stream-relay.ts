import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { eventStreamHeaders } from '../../base/http/event-stream.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { apiErrors } from '../errors.ts'
import type { Router } from './router.ts'

/** A person has a handful of tabs; a loop that opens streams must not take control down. */
export const MAX_STREAMS = 100

type TooMany = Extract<keyof typeof apiErrors.codes, `${string}_TOO_MANY_STREAMS`>

/** Opens the stream to pass on, from after the event of that id. Aborting ends it. */
type Open = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Readable>

/** Serves a route of the contract by passing on the event stream of another server, for a bounded number of clients. */
export function relayStream(
  router: Router,
  name: 'quotesStream' | 'incidentsStream',
  { tooMany, open }: { tooMany: TooMany; open: Open },
): void {
  const streams = new Set<AbortController>()
  // An open stream would keep the server from closing.
  router.app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort()
  })
  router.addStream(name, async (request: FastifyRequest, reply: FastifyReply) => {
    if (streams.size >= MAX_STREAMS) throw tooManyStreams(tooMany, streams.size)
    const stream = new AbortController()
    streams.add(stream)
    const end = () => {
      streams.delete(stream)
      stream.abort()
    }
    reply.raw.once('close', end)
    // The client may have left before its request came here.
    if (request.raw.socket.destroyed) end()
    const lastId = request.headers['last-event-id']
    const upstream = await open(typeof lastId === 'string' ? lastId : undefined, stream.signal).catch(
      (error: unknown) => {
        if (!stream.signal.aborted) throw error
      },
    )
    // The client left, or control goes down: there is nobody to answer.
    if (upstream === undefined) return reply.raw.destroy()
    reply.hijack()
    reply.raw.writeHead(200, eventStreamHeaders)
    reply.raw.flushHeaders()
    // With back-pressure: a slow client slows its own stream down to its source, which drops it. Nothing piles up here.
    await pipeline(upstream, reply.raw).catch(() => reply.raw.destroy())
  })
}

export function tooManyStreams(code: TooMany, open: number): HttpError {
  const problem = apiErrors.error(code, { message: `${open} streams are open`, expected: `at most ${MAX_STREAMS}` })
  return new HttpError(503, problem, { 'retry-after': '5' })
}
