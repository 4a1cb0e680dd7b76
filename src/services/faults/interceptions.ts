import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { HttpServer } from '../../base/http/http-server.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Exchange } from '../../faults/inside/inside.ts'
import { matches, type Where } from '../../faults/inside/where.ts'
import { probeRoutes } from '../../telemetry/routes.ts'
import { openExchange } from './exchange.ts'

/** Stands before the handlers of a server's routes. A request that comes while there is no fault pays one test of a boolean. */
export class Interceptions {
  readonly #active = new Set<Interception>()
  readonly #routes: { method: string; route: string }[] = []
  #idle = true

  /** Takes every route that is declared from now on; what wraps a handler later stands before this. */
  watch(app: HttpServer): void {
    app.addHook('onRoute', (options: RouteOptions) => {
      const route = options.config?.metricsRoute ?? options.url
      for (const method of [options.method].flat()) this.#routes.push({ method, route })
      const { handler } = options
      const isIdle = () => this.#idle
      const intercept = this.#intercept.bind(this)
      options.handler = function (request, reply) {
        const handle = (): unknown => handler.call(this, request, reply)
        return isIdle() ? handle() : intercept({ request, reply, key: keyOf(request.method, route) }, handle)
      }
    })
  }

  /** @throws FD_FAULT_NO_ROUTE when no route matches. The interception ends with the signal. */
  add(where: Where, options: Pick<Interception, 'random' | 'act' | 'signal'>): Interception {
    const matching = this.#routes.filter((candidate) => matches(where, candidate, probeRoutes))
    if (matching.length === 0) {
      const known = this.#routes
        .filter(({ method }) => method !== 'HEAD')
        .map(({ method, route }) => `${method} ${route}`)
      throw faultErrors.error('FD_FAULT_NO_ROUTE', {
        message: 'no route matches',
        expected: `one of ${known.join(', ')}`,
        given: `${where.method} ${where.route}`,
      })
    }
    const routes = new Set(matching.map(({ method, route }) => keyOf(method, route)))
    const interception: Interception = { routes, share: where.share, touched: 0, passed: 0, ...options }
    this.#active.add(interception)
    this.#idle = false
    options.signal.addEventListener('abort', () => {
      this.#active.delete(interception)
      this.#idle = this.#active.size === 0
    })
    return interception
  }

  async #intercept(
    { request, reply, key }: { request: FastifyRequest; reply: FastifyReply; key: string },
    handle: () => unknown,
  ): Promise<unknown> {
    for (const one of this.#active) {
      if (!one.routes.has(key)) continue
      if (one.share < 1 && one.random() >= one.share) {
        one.passed++
        continue
      }
      one.touched++
      if (await letAct(one, request, reply)) return reply
    }
    // What a handler leaves to `reply.send` must not look like an answer without a body.
    return (await handle()) ?? reply
  }
}

/** What one fault does to requests. */
export interface Interception {
  /** Keys of the routes that it is about. */
  readonly routes: ReadonlySet<string>
  /** Of the matching requests, 0 to 1. */
  readonly share: number
  readonly random: () => number
  readonly act: (exchange: Exchange) => void | Promise<void>
  readonly signal: AbortSignal
  touched: number
  passed: number
}

/** True when the exchange is over, so that the handler is not to be called. */
export async function letAct(
  { act, signal }: Pick<Interception, 'act' | 'signal'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const exchange = openExchange(request, reply, signal)
  await act(exchange)
  return exchange.isOver()
}

function keyOf(method: string, route: string): string {
  return `${method} ${route}`
}
