import type { Answer } from './answer-parser.ts'

/** The result of a request, as journeys see it. */

const NOTHING = Buffer.alloc(0)

/** The result of a request. A failed request has one too: then `status` may be 0, and `cause` is the reason. */
export class LoadResponse {
  readonly url: string
  /** From the sending (or from when it was due, in the open model) to the last byte, in milliseconds. */
  readonly durationMs: number
  readonly #answer: Answer | undefined
  readonly #onFailed: ((cause: string) => void) | undefined
  #cause: string | undefined

  constructor({ url, durationMs, cause, answer, onFailed }: ResponseParts) {
    this.url = url
    this.durationMs = durationMs
    this.#cause = cause
    this.#answer = answer
    this.#onFailed = onFailed
  }

  /** HTTP status; 0 when there was no answer. */
  get status(): number {
    return this.#answer?.status ?? 0
  }

  /** Why the request counts as failed ("refused", "timeout", "http 503"); undefined when it went well. */
  get cause(): string | undefined {
    return this.#cause
  }

  /** Whether the request went well: a 2xx, or a status that was expected, and no check failed. */
  get ok(): boolean {
    return this.#cause === undefined
  }

  get body(): Buffer {
    return this.#answer?.body ?? NOTHING
  }

  text(): string {
    return this.body.toString()
  }

  /** The body as JSON; undefined when it is not JSON. Nothing has checked its form. */
  json<T = unknown>(): T | undefined {
    try {
      return JSON.parse(this.text()) as T
    } catch {
      return undefined
    }
  }

  /** The value of a header, by its name in any case; several are joined with ", ". */
  header(name: string): string | undefined {
    const values = headersOf(this.#answer?.head ?? '', name)
    return values.length === 0 ? undefined : values.join(', ')
  }

  /** Counts the request as failed after a check; the first cause stays. */
  markFailed(cause: string): void {
    if (this.#cause !== undefined) return
    this.#cause = cause
    this.#onFailed?.(cause)
  }
}

/** All values of a header in the head of an answer. */
export function headersOf(head: string, name: string): string[] {
  const wanted = name.toLowerCase()
  return head.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':')
    return colon === wanted.length && line.slice(0, colon).toLowerCase() === wanted
      ? [line.slice(colon + 1).trim()]
      : []
  })
}

interface ResponseParts {
  url: string
  durationMs: number
  cause: string | undefined
  answer: Answer | undefined
  /** Counts the request as failed later. */
  onFailed: ((cause: string) => void) | undefined
}
