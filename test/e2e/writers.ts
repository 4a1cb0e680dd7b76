import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'

const AT_ONCE = 4
const PAUSE_MS = 20
const TIMEOUT_MS = 5_000

/** Load on a store that remembers what was acknowledged: each writes an item of its own, reads it, and writes the next. */
export class Writers {
  /** Keys of the items that the store has said to hold. */
  readonly acknowledged = new Set<string>()
  readonly #url: () => string
  readonly #stopping = new AbortController()
  #work: Promise<unknown> = Promise.resolve()

  private constructor(url: () => string) {
    this.#url = url
  }

  static start(url: () => string): Writers {
    const writers = new Writers(url)
    writers.#work = Promise.all(Array.from({ length: AT_ONCE }, (_, number) => writers.#write(number)))
    return writers
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  /** Those among the acknowledged that the store does not hold. */
  async lost(): Promise<string[]> {
    const lost: string[] = []
    for (const key of this.acknowledged) {
      // The store may just be started again.
      const status = await waitUntil(
        async () => {
          const { status } = await fetch(`${this.#url()}/items/${key}`)
          return status === 200 || status === 404 ? done(status) : notYet(String(status))
        },
        { what: `${key} to be found, or not`, timeoutMs: 60_000, intervalMs: 200 },
      )
      if (status !== 200) lost.push(`${key}: ${status}`)
    }
    return lost
  }

  async #write(number: number): Promise<void> {
    const { signal } = this.#stopping
    for (let n = 0; !signal.aborted; n++) {
      const key = `writer-${number}-${n}`
      try {
        const answer = await fetch(`${this.#url()}/items`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ key, value: 'x'.repeat(1_000) }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        if (answer.status === 201) this.acknowledged.add(key)
        await answer.arrayBuffer()
        await (await fetch(`${this.#url()}/items/${key}`, { signal: AbortSignal.timeout(TIMEOUT_MS) })).arrayBuffer()
      } catch {
        // What fails was not acknowledged.
      }
      await sleep(PAUSE_MS, signal).catch(() => undefined)
    }
  }
}
