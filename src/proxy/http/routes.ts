import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { defined } from '../../base/defined.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { refusal } from '../errors.ts'
import type { FaultProxy } from '../fault-proxy.ts'
import type { Proxies, ProxyPlan } from '../proxies.ts'
import { directions } from '../stream/stream.ts'
import { isToxicType } from '../toxics/toxics.ts'
import {
  checkUpstream,
  decode,
  decodeAttributes,
  decodeProxies,
  ProxyBody,
  parseBody,
  proxyView,
  ToxicBody,
  ToxicChange,
  toxicView,
} from './bodies.ts'
import type { Json } from './json-text.ts'

/** The version of Toxiproxy whose API this is. */
const TOXIPROXY_VERSION = '2.12.0'

interface Params {
  proxy: string
  toxic: string
}
const params = (request: FastifyRequest) => request.params as Params

/**
 * Toxiproxy's HTTP API: its routes, defaults, status codes and bodies, to the byte. Errors are `{ error, status }` as its own,
 * with our code besides.
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
    // Who still sends a body that is too large shall read why: the rest of it is taken and thrown away.
    if (status === 413) reply.removeHeader('connection')
    const { message } = error as Error
    const body = { error: message, status, ...(known === undefined ? {} : { code: known.problem.code }) }
    // The type that Go's http.Error gives to any text.
    return reply
      .code(status)
      .headers({ ...known?.headers, 'x-content-type-options': 'nosniff', 'content-type': 'text/plain; charset=utf-8' })
      .send(`${goJson(body)}\n`)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-toxiproxy-request-id', requestId())
    // Whatever a body calls itself, it is read as JSON: `curl -d` calls it a form, others call it nothing.
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/json'
    // As Toxiproxy: what a page makes a browser send to this machine comes from nobody who may.
    if (request.headers['user-agent']?.startsWith('Mozilla/') || request.headers.origin !== undefined)
      throw refusal('FD_PROXY_BROWSER', 'User agent not allowed')
    if (request.method !== 'GET' && request.method !== 'HEAD') authorize(request)
  })

  app.get('/proxies', async (_request, reply) => {
    const sorted = proxies.all().sort((a, b) => (a.name < b.name ? -1 : 1))
    const entries = sorted.map((proxy) => `${goJson(proxy.name)}:${goJson(proxyView(proxy))}`)
    return sendText(reply, `{${entries.join(',')}}`)
  })

  app.post('/proxies', async (request, reply) => {
    const proxy = await proxies.add(plan(decode(ProxyBody, body(request))))
    return sendJson(reply.code(201), proxyView(proxy))
  })

  app.post('/populate', async (request, reply) => {
    const done: FaultProxy[] = []
    try {
      const plans = decodeProxies(body(request)).map((input, index) => plan(input, ` at proxy ${index + 1}`))
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

  app.get('/version', async (_request, reply) =>
    sendText(reply, `{"version": "${TOXIPROXY_VERSION}"}\n`, 'application/json;charset=utf-8'),
  )

  app.get('/proxies/:proxy', async (request, reply) => sendJson(reply, proxyView(proxies.get(params(request).proxy))))

  const updateProxy: RouteHandlerMethod = async (request, reply) => {
    const { proxy } = params(request)
    proxies.get(proxy)
    const { listen, upstream, enabled, ttl_ms: ttlMs } = decode(ProxyBody, body(request))
    const change = {
      ...defined({ listen }),
      ...(upstream === undefined ? {} : { upstream: checkUpstream(upstream) }),
      ...defined({ enabled }),
    }
    return sendJson(reply, proxyView(await proxies.update(proxy, change, ttlMs ?? undefined)))
  }
  app.post('/proxies/:proxy', updateProxy)
  app.patch('/proxies/:proxy', updateProxy)

  app.delete('/proxies/:proxy', async (request, reply) => {
    await proxies.remove(params(request).proxy)
    return reply.code(204).send()
  })

  app.get('/proxies/:proxy/toxics', async (request, reply) =>
    sendJson(reply, proxies.get(params(request).proxy).toxics().map(toxicView)),
  )

  app.post('/proxies/:proxy/toxics', async (request, reply) => {
    const proxy = proxies.get(params(request).proxy)
    const { name, type = '', stream: streamText = 'downstream', ...input } = decode(ToxicBody, body(request))
    const stream = directions.find((one) => one === streamText.toLowerCase())
    if (stream === undefined)
      throw refusal('FD_PROXY_STREAM', 'stream was invalid, can be either upstream or downstream')
    if (!isToxicType(type)) throw refusal('FD_PROXY_TOXIC_TYPE', 'invalid toxic type')
    const toxic = { name: name || `${type}_${streamText}`, type, stream, streamText, toxicity: input.toxicity ?? 1 }
    proxy.checkFree(toxic.name)
    const attributes = decodeAttributes(type, input.attributes)
    return sendJson(reply, toxicView(proxy.addToxic({ ...toxic, attributes }, input.ttl_ms ?? null)))
  })

  app.get('/proxies/:proxy/toxics/:toxic', async (request, reply) => {
    const { proxy, toxic } = params(request)
    return sendJson(reply, toxicView(proxies.get(proxy).toxic(toxic)))
  })

  const updateToxic: RouteHandlerMethod = async (request, reply) => {
    const proxy = proxies.get(params(request).proxy)
    const toxic = proxy.toxic(params(request).toxic)
    const { toxicity, attributes, ttl_ms: ttlMs } = decode(ToxicChange, body(request))
    const change = {
      ...defined({ toxicity }),
      ...(attributes === undefined ? {} : { attributes: decodeAttributes(toxic.type, attributes, toxic.attributes) }),
    }
    proxy.updateToxic(toxic, change, ttlMs)
    return sendJson(reply, toxicView(toxic))
  }
  app.post('/proxies/:proxy/toxics/:toxic', updateToxic)
  app.patch('/proxies/:proxy/toxics/:toxic', updateToxic)

  app.delete('/proxies/:proxy/toxics/:toxic', async (request, reply) => {
    const { proxy, toxic } = params(request)
    proxies.get(proxy).removeToxic(toxic)
    return reply.code(204).send()
  })
}

function body(request: FastifyRequest): Json {
  return parseBody(typeof request.body === 'string' ? request.body : '')
}

function populated(done: readonly FaultProxy[]) {
  // Go's encoding of a list to which nothing was added.
  return { proxies: done.length === 0 ? null : done.map(proxyView) }
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return sendText(reply, goJson(value))
}

function sendText(reply: FastifyReply, json: string, type = 'application/json'): FastifyReply {
  // To a text Fastify would add a charset.
  return reply.header('content-type', type).send(Buffer.from(json))
}

/** JSON as Go's encoding/json writes it: safe to stand in a page. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** 20 letters and digits, as long as Toxiproxy's. */
function requestId(): string {
  return [...randomBytes(20)].map((byte) => (byte & 31).toString(32)).join('')
}

/** @throws FD_PROXY_FIELD, FD_PROXY_BODY */
export function plan({ name = '', listen = '', upstream = '', enabled = true }: ProxyBody, where = ''): ProxyPlan {
  for (const [field, value] of Object.entries({ name, upstream }))
    if (value === '') throw refusal('FD_PROXY_FIELD', `missing required field: ${field}${where}`)
  return { name, listen, upstream: checkUpstream(upstream), enabled }
}
