import type { IncomingMessage } from 'node:http'
import { HttpError, httpErrors } from '../../base/http/http-server.ts'
import { responderErrors } from '../errors.ts'
import { PIECE_BYTES } from './long-delivery.ts'
import { type Delivery, LongReading, readDeliveryText } from './webhook.ts'

/** Reads the bodies of deliveries as they come in, in bounded memory. */
export class DeliveryBodies {
  readonly #allHeldBytes: number
  #heldBytes = 0

  constructor(allHeldBytes = ALL_HELD_BYTES) {
    this.#allHeldBytes = allHeldBytes
  }

  /** @throws FD_HTTP_INVALID, FD_HTTP_TOO_LARGE, FD_RESPONDER_BUSY */
  async read(body: IncomingMessage, nowMs: number): Promise<Delivery> {
    if (Number(body.headers['content-length'] ?? 0) > LONGEST_BYTES) throw tooLarge()
    const held: Buffer[] = []
    let bytes = 0
    let long: LongReading | undefined
    const account = this.#openAccount()
    try {
      await eachPiece(body, (piece) => {
        bytes += piece.length
        if (bytes > LONGEST_BYTES) throw tooLarge()
        if (long === undefined && bytes <= HELD_BYTES) {
          held.push(piece)
          account.hold(bytes + held.length * PIECE_BYTES)
          return
        }
        long ??= new LongReading(nowMs)
        for (const earlier of held.splice(0)) long.push(earlier)
        long.push(piece)
        account.hold(long.heldBytes)
      })
      if (long !== undefined) return long.end()
      const [first] = held
      return readDeliveryText(
        (first !== undefined && held.length === 1 ? first : Buffer.concat(held)).toString(),
        nowMs,
      )
    } finally {
      account.hold(0)
      // The rest of a body that was refused may still come in, and the connection would keep them until then.
      held.length = 0
      long = undefined
    }
  }

  /** What one delivery holds. Alone it may hold what it needs: it would never get through otherwise. */
  #openAccount() {
    let mine = 0
    return {
      /** @throws FD_RESPONDER_BUSY when it would hold more than there is room for beside the others */
      hold: (bytes: number) => {
        const others = this.#heldBytes - mine
        if (bytes > mine && others > 0 && others + bytes > this.#allHeldBytes) throw busy()
        this.#heldBytes = others + bytes
        mine = bytes
      },
    }
  }
}

/** Of a longer body no more is held than the alerts that were read of it, and what is read of the next. */
const HELD_BYTES = 1024 * 1024
/** What is held of all bodies that are on their way; beyond, a sender has to come back. */
const ALL_HELD_BYTES = 64 * 1024 * 1024
/** The longest body that is read: as long as the alerts of a group are, annotations and all, that Alertmanager itself holds. */
const LONGEST_BYTES = 256 * 1024 * 1024

/** A loop over the stream would end its connection with the first error, and the sender would get no answer. */
function eachPiece(body: IncomingMessage, take: (piece: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('data', (piece: Buffer) => {
      try {
        take(piece)
      } catch (error) {
        body.removeAllListeners('data')
        body.resume()
        reject(error)
      }
    })
    body.once('end', resolve)
    body.once('error', () => reject(cutShort()))
    body.once('close', () => body.complete || reject(cutShort()))
  })
}

function cutShort(): HttpError {
  return new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message: 'the body was cut short' }))
}

function tooLarge(): HttpError {
  const message = `the body is longer than ${LONGEST_BYTES} bytes`
  return new HttpError(413, httpErrors.error('FD_HTTP_TOO_LARGE', { message }), { connection: 'close' })
}

function busy(): HttpError {
  const problem = responderErrors.error('FD_RESPONDER_BUSY', { message: 'too many long deliveries at once' })
  return new HttpError(503, problem, { 'retry-after': '1', connection: 'close' })
}
