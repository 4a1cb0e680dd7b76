/** The beginning of a text that arrives in pieces: what is longer is cut, and read on so that its sender is not held up. */
export class KeptText {
  readonly #chunks: Buffer[] = []
  #bytes = 0

  add(chunk: Buffer): void {
    const room = MOST_BYTES - this.#bytes
    if (room <= 0) return
    const part = chunk.subarray(0, room)
    this.#chunks.push(part)
    this.#bytes += part.length
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}

const MOST_BYTES = 64 * 1024
