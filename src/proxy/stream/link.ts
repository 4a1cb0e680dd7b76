import type { Socket } from 'node:net'
import { Chain } from './chain.ts'
import { SMALL_BYTES } from './reading.ts'
import type { Ending } from './stream.ts'

/**
 * One direction of a connection: source → toxics → destination. Reads no faster than the destination takes. Without toxics
 * the bytes go from one socket to the other in the memory that they were read into.
 */
export class Link {
  readonly chain: Chain
  readonly #options: LinkOptions
  /** Bytes that toxics hold. */
  #heldBytes = 0
  #isPassing = true
  #isPaused = false
  /** The destination still writes from the memory that the source reads into. */
  #isLent = false
  #hasEnded = false

  constructor(options: LinkOptions) {
    this.#options = options
    this.chain = new Chain({
      out: {
        push: (piece) => {
          this.#heldBytes -= piece.length
          this.#write(piece)
          this.flow()
        },
        end: (how) => this.#end(how),
      },
      onDrop: (bytes) => {
        this.#heldBytes -= bytes
        this.flow()
      },
      random: options.random,
    })
  }

  /** Receives what the source has read. See `Take`. */
  take(bytes: Buffer): boolean {
    this.#options.flow.receivedBytes += bytes.length
    if (!this.#isPassing) {
      this.#heldBytes += bytes.length
      this.chain.push(Buffer.from(bytes))
    } else if (bytes.length <= SMALL_BYTES) {
      if (this.#write(Buffer.from(bytes))) return true
    } else {
      this.#write(bytes)
      this.#isLent = this.#options.destination().writableLength > 0
    }
    this.#isPaused = this.#isLent || this.#isFull()
    return !this.#isPaused
  }

  /** The source has ended. */
  end(how: Ending): void {
    if (!this.#hasEnded) this.chain.end(how)
    // It had ended in order, but is broken now: a side that still writes to it must know.
    else if (how === 'reset') this.#end(how)
    this.#hasEnded = true
  }

  /** To be called when the destination has written everything, and when the toxics have changed. */
  flow(): void {
    this.#isPassing = this.chain.isEmpty
    if (!this.#isPaused) return
    if (this.#options.destination().writableLength === 0) this.#isLent = false
    if (this.#isLent || this.#isFull()) return
    this.#isPaused = false
    this.#options.source().resume()
  }

  #isFull(): boolean {
    const waitingBytes = this.#options.destination().writableLength
    return this.#isPassing ? waitingBytes > 0 : this.#heldBytes + waitingBytes > this.chain.capacityBytes
  }

  /** Returns whether the destination takes more at once. */
  #write(piece: Buffer): boolean {
    const destination = this.#options.destination()
    // What is written to a closed socket is lost, as it is without a proxy.
    if (!destination.writable) return true
    this.#options.flow.sentBytes += piece.length
    return destination.write(piece)
  }

  #end(how: Ending): void {
    if (how === 'finish') this.#options.destination().end()
    else this.#options.onEnd(how)
  }
}

/** Bytes that passed one direction of a proxy. */
export interface Flow {
  receivedBytes: number
  sentBytes: number
}

export interface LinkOptions {
  source: () => Socket
  destination: () => Socket
  flow: Flow
  random: () => number
  /** Both directions must end. */
  onEnd: (how: 'close' | 'reset') => void
}
