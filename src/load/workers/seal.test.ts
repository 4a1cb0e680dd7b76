import { describe, expect, it } from 'vitest'
import { isGenuine, newNonce, proofOf, readSealed, seal, sessionKey } from './seal.ts'

const nonces = { coordinator: newNonce(), worker: newNonce() }
const key = sessionKey('the token of these tests', nonces)
const sealed = seal(key, 'call', { seq: 3, text: '{"kind":"stop"}' })

/** The code with its first bit flipped: whatever the code is, this is another one. */
function changed(mac: string): string {
  const bytes = Buffer.from(mac, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
  return bytes.toString('base64url')
}

describe('a sealed text', () => {
  it('is genuine for those who have the token', () => {
    expect(isGenuine(sessionKey('the token of these tests', nonces), 'call', sealed)).toBe(true)
    expect(readSealed(JSON.parse(JSON.stringify(sealed)))).toEqual(sealed)
  })

  it.each([
    ['text', { ...sealed, text: '{"kind":"release"}' }],
    ['number', { ...sealed, seq: 4 }],
    ['code', { ...sealed, mac: changed(sealed.mac) }],
    ['code, which is missing', { ...sealed, mac: '' }],
  ])('is not with another %s', (_, other) => {
    expect(isGenuine(key, 'call', other)).toBe(false)
  })

  it('is not in the other direction, with another token, or in another session', () => {
    expect(isGenuine(key, 'answer', sealed)).toBe(false)
    expect(isGenuine(sessionKey('another token', nonces), 'call', sealed)).toBe(false)
    expect(isGenuine(sessionKey('the token of these tests', { ...nonces, worker: newNonce() }), 'call', sealed)).toBe(
      false,
    )
  })

  it('by which a worker shows that it has the token is of one session only', () => {
    expect(isGenuine(key, 'answer', proofOf('the token of these tests', nonces))).toBe(true)
    const elsewhere = { ...nonces, coordinator: newNonce() }
    expect(isGenuine(key, 'answer', proofOf('the token of these tests', elsewhere))).toBe(false)
  })

  it.each([null, 1, [], {}, { seq: '1', text: '', mac: '' }, { seq: 1, text: {}, mac: '' }])(
    'cannot be read from %j',
    (value) => {
      expect(readSealed(value)).toBeUndefined()
    },
  )
})
