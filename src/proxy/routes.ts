import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { Type } from 'typebox'
import { HttpError } from '../base/http-server.ts'
import {
  decode,
  decodeAddress,
  decodeAttributes,
  ProxyBody,
  parseJson,
  proxyView,
  ToxicBody,
  toxicView,
} from './bodies.ts'
import { refusal } from './errors.ts'
import type { FaultProxy } from './fault-proxy.ts'
import type { Proxies, ProxyPlan } from './proxies.ts'
import { directions } from './stream.ts'
import { isToxicType } from './toxics.ts'

/** The version of Toxiproxy whose API this is. */
const TOXIPROXY_VERSION = '2.12.0'

interface Params {
  proxy: string
  toxic: string
}
const params = (request: FastifyRequest) => request.params as Params

/**
 * Toxiproxy's HTTP API: its routes, defaults, status codes and bodies. Errors are `{ error, status }` as its own, with our
 * code besides.
 * @param authorize throws when a request may not change anything
 */
export function addToxiproxyApi(
  app: FastifyInstance,
  proxies: Proxies,
  authorize: (request: FastifyRequest) => void,
): void {
  app.setErrorHandler((error, request, reply) => {
    const known = error instanceof HttpError ? error : undefined
    const status = known?.status ?? (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500 && known === undefined) request.log.error({ reqId: request.id, err: error }, 'request failed')
    const { message } = error as Error
    return reply
      .code(status)
      .headers(known?.headers ?? {})
      .send({ error: message, status, ...(known === undefined ? {} : { code: known.problem.code }) })
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (request) => {
    // As Toxiproxy: what a page makes a browser send to this machine comes from nobody who may.
    if (request.headers['user-agent']?.startsWith('Mozilla/') || request.headers.origin !== undefined)
      throw refusal('FD_PROXY_BROWSER', 'User agent not allowed')
    if (request.method !== 'GET') authorize(request)
  })

  app.get('/proxies', async () => Object.fromEntries(proxies.all().map((proxy) => [proxy.name, proxyView(proxy)])))

  app.post('/proxies', async (request, reply) => {
    const proxy = await proxies.add(plan(decode(ProxyBody, body(request))))
    return reply.code(201).send(proxyView(proxy))
  })

  app.post('/populate', async (request, reply) => {
    const inputs = decode(Type.Array(ProxyBody), body(request))
    const plans = inputs.map((input, index) => plan(input, ` at proxy ${index + 1}`))
    const done: FaultProxy[] = []
    const failure = await proxies.populate(plans, done).then(
      () => undefined,
      (error: unknown) => error,
    )
    const shown = done.map(proxyView)
    if (failure === undefined) return reply.code(201).send({ proxies: shown })
    if (!(failure instanceof HttpError)) throw failure
    const { message: error, status, problem } = failure
    return reply.code(status).send({ error, status, code: problem.code, proxies: shown })
  })

  app.post('/reset', async (_request, reply) => {
    await proxies.reset()
    return reply.code(204).send()
  })

  app.get('/version', async () => ({ version: TOXIPROXY_VERSION }))

  app.get('/proxies/:proxy', async (request) => proxyView(proxies.get(params(request).proxy)))

  const updateProxy: RouteHandlerMethod = async (request) => {
    const { proxy } = params(request)
    proxies.get(proxy)
    const { listen, upstream, enabled, ttl_ms: ttlMs } = decode(ProxyBody, body(request))
    const change = {
      ...(listen === undefined ? {} : { listen: decodeAddress('listen', listen) }),
      ...(upstream === undefined ? {} : { upstream: decodeAddress('upstream', upstream) }),
      ...(enabled === undefined ? {} : { enabled }),
    }
    return proxyView(await proxies.update(proxy, change, ttlMs ?? undefined))
  }
  app.post('/proxies/:proxy', updateProxy)
  app.patch('/proxies/:proxy', updateProxy)

  app.delete('/proxies/:proxy', async (request, reply) => {
    await proxies.remove(params(request).proxy)
    return reply.code(204).send()
  })

  app.get('/proxies/:proxy/toxics', async (request) => proxies.get(params(request).proxy).toxics().map(toxicView))

  app.post('/proxies/:proxy/toxics', async (request) => {
    const proxy = proxies.get(params(request).proxy)
    const input = decode(ToxicBody, body(request))
    const stream = directions.find((one) => one === (input.stream ?? 'downstream'))
    if (stream === undefined)
      throw refusal('FD_PROXY_STREAM', 'stream was invalid, can be either upstream or downstream')
    const type = input.type ?? ''
    if (!isToxicType(type)) throw refusal('FD_PROXY_TOXIC_TYPE', 'invalid toxic type')
    const toxic = {
      name: input.name || `${type}_${stream}`,
      type,
      stream,
      toxicity: input.toxicity ?? 1,
      attributes: decodeAttributes(type, input.attributes),
    }
    return toxicView(proxy.addToxic(toxic, input.ttl_ms ?? null))
  })

  app.get('/proxies/:proxy/toxics/:toxic', async (request) => {
    const { proxy, toxic } = params(request)
    return toxicView(proxies.get(proxy).toxic(toxic))
  })

  const updateToxic: RouteHandlerMethod = async (request) => {
    const proxy = proxies.get(params(request).proxy)
    const toxic = proxy.toxic(params(request).toxic)
    const { toxicity, attributes, ttl_ms: ttlMs } = decode(ToxicBody, body(request))
    const change = {
      ...(toxicity === undefined ? {} : { toxicity }),
      ...(attributes == null ? {} : { attributes: decodeAttributes(toxic.type, attributes, toxic.attributes) }),
    }
    proxy.updateToxic(toxic, change, ttlMs)
    return toxicView(toxic)
  }
  app.post('/proxies/:proxy/toxics/:toxic', updateToxic)
  app.patch('/proxies/:proxy/toxics/:toxic', updateToxic)

  app.delete('/proxies/:proxy/toxics/:toxic', async (request, reply) => {
    const { proxy, toxic } = params(request)
    proxies.get(proxy).removeToxic(toxic)
    return reply.code(204).send()
  })
}

function body(request: FastifyRequest): unknown {
  return parseJson(typeof request.body === 'string' ? request.body : '')
}

/** @throws FD_PROXY_FIELD, FD_PROXY_BODY */
export function plan({ name = '', listen = '', upstream = '', enabled = true }: ProxyBody, where = ''): ProxyPlan {
  for (const [field, value] of Object.entries({ name, upstream }))
    if (value === '') throw refusal('FD_PROXY_FIELD', `missing required field: ${field}${where}`)
  return { name, listen: decodeAddress('listen', listen), upstream: decodeAddress('upstream', upstream), enabled }
}
