import { describe, expect, it } from 'vitest'
import { controlFrame, FrameReader } from './web-socket-frames.ts'

/** A frame of a server. */
function frame(opcode: number, payload: Buffer, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload])
  const head = Buffer.alloc(payload.length < 65_536 ? 4 : 10)
  head.writeUInt8(first, 0)
  head.writeUInt8(head.length === 4 ? 126 : 127, 1)
  if (head.length === 4) head.writeUInt16BE(payload.length, 2)
  else head.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([head, payload])
}

describe('frames of a WebSocket', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])('of %i bytes are read, however they are cut', (length) => {
    const payload = Buffer.alloc(length, 'x')
    const bytes = Buffer.concat([frame(2, payload), frame(9, Buffer.from('hi'))])
    for (const size of [bytes.length, 7, 4_096]) {
      const reader = new FrameReader()
      const messages = []
      for (let at = 0; at < bytes.length; at += size) messages.push(...reader.push(bytes.subarray(at, at + size)))
      expect(messages.map(({ kind, payload: got }) => [kind, got.length])).toEqual([
        ['data', length],
        ['ping', 2],
      ])
      expect(messages[0]?.payload.equals(payload)).toBe(true)
    }
  })

  it('of one message are joined, with control frames between them', () => {
    const reader = new FrameReader()
    const bytes = [frame(2, Buffer.from('ab'), false), frame(10, Buffer.alloc(0)), frame(0, Buffer.from('cd'))]
    const messages = reader.push(Buffer.concat(bytes)).map(({ kind, payload }) => [kind, payload.toString()])
    expect(messages).toEqual([
      ['pong', ''],
      ['data', 'abcd'],
    ])
  })

  it.each([
    ['a masked one', Buffer.from([0x82, 0x80, 0, 0, 0, 0])],
    ['one of an extension', Buffer.from([0xc2, 0])],
    ['one without end', Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])],
  ])('are refused: %s', (_, bytes) => {
    expect(() => new FrameReader().push(bytes)).toThrow('the server sends')
  })

  it('of a message without end are refused', () => {
    const reader = new FrameReader()
    const piece = frame(2, Buffer.alloc(1024 ** 2), false)
    expect(() => {
      for (let count = 0; count < 10; count += 1) reader.push(piece)
    }).toThrow('a message of more than')
  })

  it('of a client are masked', () => {
    expect(controlFrame('pong', Buffer.from('AB'), Buffer.from([1, 2, 3, 4]))).toEqual(
      Buffer.from([0x8a, 0x82, 1, 2, 3, 4, 0x40, 0x40]),
    )
  })
})
