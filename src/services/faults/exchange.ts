import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from '../../base/http/http-server.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Exchange } from '../../faults/inside/inside.ts'

/** What a fault may do with one request. `isOver` once the connection was cut, so that there is nobody to answer. */
export function openExchange(
  request: FastifyRequest,
  reply: FastifyReply,
  signal: AbortSignal,
): Exchange & { isOver(): boolean } {
  let isOver = false
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const either = AbortSignal.any([signal, gone.signal])
  const exchange: Exchange = {
    sleep: async (ms) => {
      if (ms > 0) await delay(ms, undefined, { signal: either }).catch(() => undefined)
    },
    fail: (status, message) => {
      throw new HttpError(status, faultErrors.error('FD_FAULT_INJECTED', { message, next: 'firedrill fault active' }))
    },
    abort: () => {
      isOver = true
      reply.hijack()
      request.raw.socket.destroy()
    },
    rewrite: (body) => rewriteBody(reply.raw, body),
  }
  return { ...exchange, isOver: () => isOver }
}

/** Puts `body` between the writer of the response and the connection. */
function rewriteBody(raw: ServerResponse, body: Parameters<Exchange['rewrite']>[0]): void {
  const [write, end] = [raw.write.bind(raw), raw.end.bind(raw)]
  const written = new PassThrough()
  const send = async () => {
    for await (const chunk of body(written)) {
      if (raw.destroyed) return
      if (!write(chunk)) await new Promise<void>((resolve) => raw.once('drain', resolve).once('close', resolve))
    }
    end()
  }
  send().catch(() => raw.destroy())
  const take = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) written.write(chunk)
  }
  Object.assign(raw, {
    write: (chunk: unknown) => {
      take(chunk)
      return true
    },
    end: (chunk: unknown) => {
      take(chunk)
      written.end()
      return raw
    },
  })
}
