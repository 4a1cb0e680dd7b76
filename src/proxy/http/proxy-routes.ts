import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { defined } from '../../base/defined.ts'
import { HttpError } from '../../base/http/http-server.ts'
import type { FaultProxy } from '../fault-proxy.ts'
import type { Proxies } from '../proxies.ts'
import { checkUpstream, decode, decodeProxies, ProxyBody, planOf, proxyView, requestBody } from './bodies.ts'
import { goJson, sendJson, sendText } from './go-answers.ts'

/** Routes of Toxiproxy's API that list, add, change and remove proxies. */
export function addProxyRoutes(app: FastifyInstance, proxies: Proxies): void {
  app.get('/proxies', async (_request, reply) => {
    const sorted = proxies.all().sort((a, b) => (a.name < b.name ? -1 : 1))
    const entries = sorted.map((proxy) => `${goJson(proxy.name)}:${goJson(proxyView(proxy))}`)
    return sendText(reply, `{${entries.join(',')}}`)
  })

  app.post('/proxies', async (request, reply) => {
    const proxy = await proxies.add(planOf(decode(ProxyBody, requestBody(request))))
    return sendJson(reply.code(201), proxyView(proxy))
  })

  app.post('/populate', async (request, reply) => {
    const done: FaultProxy[] = []
    try {
      const plans = decodeProxies(requestBody(request)).map((input, index) => planOf(input, ` at proxy ${index + 1}`))
      await proxies.populate(plans, done)
      return sendJson(reply.code(201), populated(done))
    } catch (failure) {
      if (!(failure instanceof HttpError)) throw failure
      const { message: error, status, problem } = failure
      return sendJson(reply.code(status), { error, status, code: problem.code, ...populated(done) })
    }
  })

  app.post('/reset', async (_request, reply) => {
    await proxies.reset()
    return reply.code(204).send()
  })

  app.get('/proxies/:proxy', async (request, reply) => sendJson(reply, proxyView(proxies.get(nameIn(request)))))

  const update: RouteHandlerMethod = async (request, reply) => {
    const name = nameIn(request)
    proxies.get(name)
    const { listen, upstream, enabled, ttl_ms: ttlMs } = decode(ProxyBody, requestBody(request))
    const change = {
      ...defined({ listen, enabled }),
      ...(upstream === undefined ? {} : { upstream: checkUpstream(upstream) }),
    }
    return sendJson(reply, proxyView(await proxies.update(name, change, ttlMs ?? undefined)))
  }
  app.post('/proxies/:proxy', update)
  app.patch('/proxies/:proxy', update)

  app.delete('/proxies/:proxy', async (request, reply) => {
    await proxies.remove(nameIn(request))
    return reply.code(204).send()
  })
}

function nameIn(request: FastifyRequest): string {
  return (request.params as { proxy: string }).proxy
}

function populated(done: readonly FaultProxy[]) {
  // Go encodes a list to which nothing was added as null.
  return { proxies: done.length === 0 ? null : done.map(proxyView) }
}
