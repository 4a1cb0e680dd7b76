import { Ajv } from 'ajv'
import { type Static, type TSchema, Type } from 'typebox'
import { messageOf } from '../base/errors.ts'
import { strictRecord } from '../base/strict-record.ts'
import type { ActiveToxic } from './active-toxic.ts'
import { formatAddress, parseAddress } from './address.ts'
import { refusal } from './errors.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { type ToxicType, toxicDefinition } from './toxics.ts'

/** Fields that are unknown are left alone, as Toxiproxy does. */
const ajv = new Ajv({ allErrors: true, useDefaults: true })

const Address = Type.String({ maxLength: 300 })
const TtlMs = Type.Union([Type.Integer({ minimum: 1, maximum: 86_400_000 }), Type.Null()])

export const ProxyBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  listen: Type.Optional(Address),
  upstream: Type.Optional(Address),
  enabled: Type.Optional(Type.Boolean()),
  /** Ours: how long `enabled: false` holds unless it is said again, in milliseconds. */
  ttl_ms: Type.Optional(TtlMs),
})
export type ProxyBody = Static<typeof ProxyBody>

export const ToxicBody = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  type: Type.Optional(Type.String()),
  stream: Type.Optional(Type.String()),
  toxicity: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  attributes: Type.Optional(Type.Union([strictRecord(Type.Unknown()), Type.Null()])),
  /** Ours: how long the toxic lives unless it is said again, in milliseconds; null makes it last. */
  ttl_ms: Type.Optional(TtlMs),
})
export type ToxicBody = Static<typeof ToxicBody>

/** @throws FD_PROXY_BODY with all the problems there are */
export function decode<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const validate = ajv.compile(schema)
  if (validate(value)) return value as Static<S>
  const problems = (validate.errors ?? []).map((error) => `${error.instancePath.slice(1)} ${error.message}`.trim())
  throw refusal('FD_PROXY_BODY', `bad request body: ${[...new Set(problems)].join('; ')}`)
}

/** A body's text, whatever its content type says: `curl -d` calls JSON a form. @throws FD_PROXY_BODY */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refusal('FD_PROXY_BODY', `bad request body: ${text.trim() === '' ? 'EOF' : messageOf(error)}`)
  }
}

/** @throws FD_PROXY_BODY */
export function decodeAddress(field: string, text: string) {
  // Nothing at all is any free port, as it is for Toxiproxy, but on this machine only.
  const address = parseAddress(field === 'listen' && text === '' ? ':0' : text)
  if (address !== undefined) return address
  throw refusal('FD_PROXY_BODY', `bad request body: ${field} must be host:port, not ${JSON.stringify(text)}`)
}

/** The attributes of a toxic: those given over those there are. @throws FD_PROXY_BODY */
export function decodeAttributes(
  type: ToxicType,
  given: Record<string, unknown> | null | undefined,
  existing: Record<string, number> = {},
): Record<string, number> {
  const { attributes: schema } = toxicDefinition(type)
  const known = Object.fromEntries(
    Object.keys(schema.properties).flatMap((key) => {
      const value = given?.[key] ?? existing[key]
      return value === undefined ? [] : [[key, value]]
    }),
  )
  return decode(schema, known) as Record<string, number>
}

/** A proxy as Toxiproxy shows it. */
export function proxyView(proxy: FaultProxy) {
  return {
    name: proxy.name,
    listen: formatAddress(proxy.listen),
    upstream: formatAddress(proxy.upstream),
    enabled: proxy.isEnabled,
    toxics: proxy.toxics().map(toxicView),
  }
}

/** A toxic as Toxiproxy shows it. */
export function toxicView({ attributes, name, type, stream, toxicity }: ActiveToxic) {
  return { attributes, name, type, stream, toxicity }
}
