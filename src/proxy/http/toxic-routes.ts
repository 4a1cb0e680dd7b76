import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { defined } from '../../base/defined.ts'
import { refusal } from '../errors.ts'
import type { Proxies } from '../proxies.ts'
import { directions } from '../stream/stream.ts'
import { isToxicType } from '../toxics/toxics.ts'
import { decode, decodeAttributes, requestBody, ToxicBody, ToxicChange, toxicView } from './bodies.ts'
import { sendJson } from './go-answers.ts'

/** Routes of Toxiproxy's API that list, add, change and remove the toxics of a proxy. */
export function addToxicRoutes(app: FastifyInstance, proxies: Proxies): void {
  app.get('/proxies/:proxy/toxics', async (request, reply) =>
    sendJson(reply, proxies.get(namesIn(request).proxy).toxics().map(toxicView)),
  )

  app.post('/proxies/:proxy/toxics', async (request, reply) => {
    const proxy = proxies.get(namesIn(request).proxy)
    const { name, type = '', stream: streamText = 'downstream', ...input } = decode(ToxicBody, requestBody(request))
    const stream = directions.find((direction) => direction === streamText.toLowerCase())
    if (stream === undefined)
      throw refusal('FD_PROXY_STREAM', 'stream was invalid, can be either upstream or downstream')
    if (!isToxicType(type)) throw refusal('FD_PROXY_TOXIC_TYPE', 'invalid toxic type')
    const toxic = { name: name || `${type}_${streamText}`, type, stream, streamText, toxicity: input.toxicity ?? 1 }
    proxy.checkFree(toxic.name)
    const attributes = decodeAttributes(type, input.attributes)
    return sendJson(reply, toxicView(proxy.addToxic({ ...toxic, attributes }, input.ttl_ms ?? null)))
  })

  app.get('/proxies/:proxy/toxics/:toxic', async (request, reply) => {
    const { proxy, toxic } = namesIn(request)
    return sendJson(reply, toxicView(proxies.get(proxy).toxic(toxic)))
  })

  const update: RouteHandlerMethod = async (request, reply) => {
    const names = namesIn(request)
    const proxy = proxies.get(names.proxy)
    const toxic = proxy.toxic(names.toxic)
    const { toxicity, attributes, ttl_ms: ttlMs } = decode(ToxicChange, requestBody(request))
    const change = {
      ...defined({ toxicity }),
      ...(attributes === undefined ? {} : { attributes: decodeAttributes(toxic.type, attributes, toxic.attributes) }),
    }
    proxy.updateToxic(toxic, change, ttlMs)
    return sendJson(reply, toxicView(toxic))
  }
  app.post('/proxies/:proxy/toxics/:toxic', update)
  app.patch('/proxies/:proxy/toxics/:toxic', update)

  app.delete('/proxies/:proxy/toxics/:toxic', async (request, reply) => {
    const { proxy, toxic } = namesIn(request)
    proxies.get(proxy).removeToxic(toxic)
    return reply.code(204).send()
  })
}

function namesIn(request: FastifyRequest): { proxy: string; toxic: string } {
  return request.params as { proxy: string; toxic: string }
}
