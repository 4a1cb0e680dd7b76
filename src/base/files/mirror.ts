import { messageOf } from '../errors.ts'
import { inTurn } from '../in-turn.ts'
import type { Troubles } from '../system/troubles.ts'

/**
 * Something on disk that repeats what this process knows. What cannot be written stays true in memory: it is a trouble, and is
 * written again until it works. So a full disk stops nobody.
 */
export class Mirror {
  readonly #what: string
  readonly #write: () => unknown
  readonly #troubles: Troubles
  readonly #againAfterMs: number
  #again: NodeJS.Timeout | undefined
  #closed = false

  /** @param what The file, for people. `write` writes what is known at the time it is called. */
  constructor(what: string, write: () => unknown, { troubles, againAfterMs = AGAIN_AFTER_MS }: MirrorOptions) {
    this.#what = what
    this.#write = inTurn(() => (this.#closed ? undefined : write()))
    this.#troubles = troubles
    this.#againAfterMs = againAfterMs
  }

  /** Writes before it returns when `write` is synchronous; one that is not has its turn. Never rejects. */
  async write(): Promise<void> {
    clearTimeout(this.#again)
    try {
      const written = this.#write()
      if (written instanceof Promise) await written
      this.#troubles.end('files', this.#what)
    } catch (error) {
      if (this.#closed) return
      this.#troubles.begin('files', this.#what, `${this.#what} cannot be written: ${messageOf(error)}`)
      clearTimeout(this.#again)
      this.#again = setTimeout(() => void this.write(), this.#againAfterMs)
      this.#again.unref()
    }
  }

  /** Writes nothing again. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#again)
  }
}

export interface MirrorOptions {
  troubles: Troubles
  /** How long after a failure it is written again, in milliseconds. Default 1 s. */
  againAfterMs?: number
}

const AGAIN_AFTER_MS = 1_000
