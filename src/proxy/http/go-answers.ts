/** Answers as a program in Go writes them: Toxiproxy's clients compare them to the byte. */

import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'

export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return sendText(reply, goJson(value))
}

export function sendText(reply: FastifyReply, json: string, type = 'application/json'): FastifyReply {
  // Fastify would add a charset to a string.
  return reply.header('content-type', type).send(Buffer.from(json))
}

/** JSON as Go's encoding/json writes it: safe inside an HTML page. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** 20 letters and digits, as long as Toxiproxy's. */
export function requestId(): string {
  return [...randomBytes(20)].map((byte) => (byte & 31).toString(32)).join('')
}
