/** Bodies of Toxiproxy's API: their schemas, how they are read, and how proxies and toxics are shown. */

import { Ajv } from 'ajv'
import type { FastifyRequest } from 'fastify'
import { type Static, type TObject, type TSchema, Type } from '#typebox'
import { AddressError, parseAddress } from '../address.ts'
import { refusal } from '../errors.ts'
import type { FaultProxy } from '../fault-proxy.ts'
import type { ProxyPlan } from '../proxies.ts'
import type { ActiveToxic } from '../toxics/active-toxic.ts'
import { type ToxicType, toxicDefinition } from '../toxics/toxics.ts'
import { fieldsOf } from './fields.ts'
import { type Json, JsonObject, readJson } from './json-text.ts'

const ajv = new Ajv({ allErrors: true, useDefaults: true })

const Name = Type.String({ maxLength: 200 })
const Address = Type.String({ maxLength: 300 })
/** Null makes a toxic last, or a proxy stay down. */
const TtlMs = Type.Union([Type.Integer({ minimum: 1, maximum: 86_400_000 }), Type.Null()])

export const ProxyBody = Type.Object({
  name: Type.Optional(Name),
  listen: Type.Optional(Address),
  upstream: Type.Optional(Address),
  enabled: Type.Optional(Type.Boolean()),
  /** Ours: how long `enabled: false` holds unless it is sent again, in milliseconds. */
  ttl_ms: Type.Optional(TtlMs),
})
export type ProxyBody = Static<typeof ProxyBody>

/** What may change of a toxic. As in Toxiproxy, all other fields are ignored. */
export const ToxicChange = Type.Object({
  toxicity: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  attributes: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
  /** Ours: how long the toxic lives unless this is sent again, in milliseconds; null makes it last. */
  ttl_ms: Type.Optional(TtlMs),
})

export const ToxicBody = Type.Object({
  name: Type.Optional(Name),
  type: Type.Optional(Type.String()),
  stream: Type.Optional(Type.String()),
  ...ToxicChange.properties,
})

/** The fields of a body, or of one object in it; null has none. @throws FD_PROXY_BODY with all problems */
export function decode<S extends TObject>(schema: S, value: Json, where = ''): Static<S> {
  if (value !== null && !(value instanceof JsonObject)) throw bad(`must be object${where}`)
  return checked(schema, value === null ? {} : fieldsOf(schema, value), where)
}

/** The fields of each proxy in a list; null is an empty one. @throws FD_PROXY_BODY */
export function decodeProxies(value: Json): ProxyBody[] {
  if (value === null) return []
  if (!Array.isArray(value)) throw bad('must be array')
  return (value as readonly Json[]).map((item, index) => decode(ProxyBody, item, ` at proxy ${index + 1}`))
}

/** The first JSON value of a body; as in Toxiproxy, what follows it is ignored. @throws FD_PROXY_BODY */
export function parseBody(text: string): Json {
  return readJson(text).value
}

/** The body of a request as JSON. @throws FD_PROXY_BODY */
export function requestBody(request: FastifyRequest): Json {
  return parseBody(typeof request.body === 'string' ? request.body : '')
}

/** A proxy to add. @throws FD_PROXY_FIELD, FD_PROXY_BODY */
export function planOf({ name = '', listen = '', upstream = '', enabled = true }: ProxyBody, where = ''): ProxyPlan {
  for (const [field, value] of Object.entries({ name, upstream }))
    if (value === '') throw refusal('FD_PROXY_FIELD', `missing required field: ${field}${where}`)
  return { name, listen, upstream: checkUpstream(upstream), enabled }
}

/** Returns the text when it is an address to connect to. @throws FD_PROXY_BODY */
export function checkUpstream(text: string): string {
  try {
    if (text === '') throw new AddressError('address : missing port in address')
    parseAddress(text)
    return text
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    throw bad(`upstream must be host:port, not ${JSON.stringify(text)}: ${error.message}`)
  }
}

/** The attributes of a toxic: new ones replace existing ones. @throws FD_PROXY_BODY */
export function decodeAttributes(
  type: ToxicType,
  given: JsonObject | undefined,
  existing: Record<string, number> = {},
): Record<string, number> {
  const { attributes: schema } = toxicDefinition(type)
  const fields = given === undefined ? {} : fieldsOf(schema, given)
  const known = Object.keys(schema.properties).flatMap((key) => {
    const value = fields[key] ?? existing[key]
    return value === undefined ? [] : [[key, value]]
  })
  return checked(schema, Object.fromEntries(known)) as Record<string, number>
}

/** A proxy as Toxiproxy shows it. */
export function proxyView(proxy: FaultProxy) {
  return {
    name: proxy.name,
    listen: proxy.listenText,
    upstream: proxy.upstreamText,
    enabled: proxy.isEnabled,
    toxics: proxy.toxics().map(toxicView),
  }
}

/** A toxic as Toxiproxy shows it. */
export function toxicView({ attributes, name, type, streamText, toxicity }: ActiveToxic) {
  return { attributes, name, type, stream: streamText, toxicity }
}

function checked<S extends TSchema>(schema: S, value: Record<string, unknown>, where = ''): Static<S> {
  const validate = ajv.compile(schema)
  if (validate(value)) return value as Static<S>
  const problems = (validate.errors ?? []).map((error) => `${error.instancePath.slice(1)} ${error.message}`.trim())
  throw bad(`${[...new Set(problems)].join('; ')}${where}`)
}

function bad(what: string): Error {
  return refusal('FD_PROXY_BODY', `bad request body: ${what}`)
}
