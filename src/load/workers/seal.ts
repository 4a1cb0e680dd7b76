import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { isObject } from '../../base/is-object.ts'

/**
 * How coordinator and worker know each other: both have one token, which never travels. Each gives the other a number that is used
 * once; the key of their session is made of the three. Every call and every answer has a code made with that key (HMAC-SHA256) over
 * its direction, its number and its text: nobody between them can change, repeat or make up one. What they say is not secret.
 */

export function seal(key: Buffer, direction: Direction, { seq, text }: Omit<Sealed, 'mac'>): Sealed {
  return { seq, text, mac: macOf(key, direction, { seq, text }).toString('base64url') }
}

/** The key of a session, which only the two have. */
export function sessionKey(token: string, { coordinator, worker }: Nonces): Buffer {
  return createHmac('sha256', token).update(`session\n${coordinator}\n${worker}`).digest()
}

/** Numbers used once, as text. */
export interface Nonces {
  coordinator: string
  worker: string
}

export function newNonce(): string {
  return randomBytes(24).toString('base64url')
}

export type Direction = 'call' | 'answer'

/** Text with its code. */
export interface Sealed {
  seq: number
  text: string
  mac: string
}

/** Whether the other one, who has the key, has sealed this. */
export function isGenuine(key: Buffer, direction: Direction, { seq, text, mac }: Sealed): boolean {
  const [expected, given] = [macOf(key, direction, { seq, text }), Buffer.from(mac, 'base64url')]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** What a worker greets with, so that a coordinator sends nothing to who has not the token. */
export function proofOf(token: string, nonces: Nonces): Sealed {
  return seal(sessionKey(token, nonces), 'answer', { seq: 0, text: 'firedrill load worker' })
}

/** `undefined` for what has not that form. */
export function readSealed(value: unknown): Sealed | undefined {
  if (!isObject(value)) return undefined
  const { seq, text, mac } = value
  return typeof seq === 'number' && typeof text === 'string' && typeof mac === 'string' ? { seq, text, mac } : undefined
}

function macOf(key: Buffer, direction: Direction, { seq, text }: Omit<Sealed, 'mac'>): Buffer {
  return createHmac('sha256', key).update(`${direction}\n${seq}\n${text}`).digest()
}
