import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Quote } from './quote.ts'

export interface StreamEvent {
  id: string | undefined
  quotes: Quote[]
}

/** A client of GET /quotes/stream, for tests. */
export class StreamClient {
  readonly events: StreamEvent[] = []
  comments = 0
  hasEnded = false
  readonly #abort = new AbortController()

  static async open(address: string, headers: Record<string, string> = {}): Promise<StreamClient> {
    const client = new StreamClient()
    const response = await fetch(`${address}/quotes/stream`, { headers, signal: client.#abort.signal })
    if (response.body === null || response.status !== 200) throw new Error(`the stream answered ${response.status}`)
    void client.#read(response.body)
    return client
  }

  close(): void {
    this.#abort.abort()
  }

  /** Waits until that number of events has arrived in all, and returns them. */
  received(count: number): Promise<StreamEvent[]> {
    return waitUntil(
      async () => (this.events.length >= count ? done(this.events) : notYet(`${this.events.length} events`)),
      { what: `${count} events`, timeoutMs: 20_000, intervalMs: 5 },
    )
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true })
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block)
      }
    } catch {
      // The end of a stream is an end, however it came.
    }
    this.hasEnded = true
  }

  #take(block: string): void {
    if (block.startsWith(':')) this.comments++
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
    if (field('event') !== 'quotes') return
    this.events.push({ id: field('id'), quotes: JSON.parse(field('data') ?? '[]') as Quote[] })
  }
}
