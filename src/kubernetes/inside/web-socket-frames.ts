/** Frames of the WebSocket protocol, RFC 6455, section 5: those of a server are read, those of a client are written. */

/** A message of a server, whole, or one of its control frames. */
export interface Message {
  kind: 'data' | 'close' | 'ping' | 'pong'
  payload: Buffer
}

/** Puts the pieces of a connection together to messages. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)
  /** The frames of a message whose last one has not come. */
  #begun: Buffer[] = []
  #begunBytes = 0

  /** @throws Error for what is no frame of a server, and for a message that is too long */
  push(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const messages: Message[] = []
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      const message = this.#joined(frame)
      if (message !== undefined) messages.push(message)
    }
    return messages
  }

  #next(): Frame | undefined {
    const rest = this.#rest
    if (rest.length < 2) return undefined
    const [first, second] = [rest.readUInt8(0), rest.readUInt8(1)]
    if ((first & 0x70) !== 0) throw new Error('the server sends frames of an extension that was not asked for')
    if ((second & 0x80) !== 0) throw new Error('the server sends a masked frame')
    const short = second & 0x7f
    const start = short === LONGER ? 4 : short === LONGEST ? 10 : 2
    if (rest.length < start) return undefined
    const length = short === LONGER ? rest.readUInt16BE(2) : short === LONGEST ? Number(rest.readBigUInt64BE(2)) : short
    if (length > MOST_BYTES) throw new Error(`the server sends a frame of ${length} bytes`)
    if (rest.length < start + length) return undefined
    this.#rest = rest.subarray(start + length)
    return {
      isLast: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      payload: rest.subarray(start, start + length),
    }
  }

  /** Control frames may stand between those of a message. */
  #joined({ isLast, opcode, payload }: Frame): Message | undefined {
    if (opcode === OPCODES.close) return { kind: 'close', payload }
    if (opcode === OPCODES.ping) return { kind: 'ping', payload }
    if (opcode === OPCODES.pong) return { kind: 'pong', payload }
    this.#begun.push(payload)
    this.#begunBytes += payload.length
    if (this.#begunBytes > MOST_BYTES) throw new Error(`the server sends a message of more than ${MOST_BYTES} bytes`)
    if (!isLast) return undefined
    const whole = Buffer.concat(this.#begun)
    this.#begun = []
    this.#begunBytes = 0
    return { kind: 'data', payload: whole }
  }
}

/** A control frame of a client, masked as each of its frames must be. `mask`: four random bytes. */
export function controlFrame(kind: 'close' | 'pong', payload: Buffer, mask: Buffer): Buffer {
  const short = payload.subarray(0, MOST_CONTROL_BYTES)
  const masked = Buffer.from(short.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
  return Buffer.concat([Buffer.from([0x80 | OPCODES[kind], 0x80 | short.length]), mask.subarray(0, 4), masked])
}

interface Frame {
  isLast: boolean
  opcode: number
  payload: Buffer
}

const OPCODES = { close: 8, ping: 9, pong: 10 } as const
/** Values of the length that say that it follows in two or eight bytes. */
const [LONGER, LONGEST] = [126, 127]
const MOST_CONTROL_BYTES = 125
/** The API server sends 32 KiB at most. */
const MOST_BYTES = 4 * 1024 ** 2
