import type { Endpoint } from '../figures/tally.ts'
import type { Answer } from './answer-parser.ts'
import type { Exchange } from './connection.ts'
import type { CookieJar } from './cookies.ts'
import { type Origin, originOf } from './origin.ts'
import type { Method, RequestOptions } from './request-options.ts'
import { type Content, contentOf, fillPath, requestText } from './request-text.ts'
import { headersOf, LoadResponse } from './response.ts'

/** One request of a virtual user. */

const MAX_REDIRECTS = 10
/** A path that can be sent as it is. */
const PLAIN = /^\/[!-~]*$/

/** One request of a user from its sending to its figures, redirects included. */
export class Call implements Exchange {
  method: string
  text = ''
  bytes: Uint8Array | undefined
  readonly deadlineMs: number
  readonly #caller: Caller
  readonly #options: RequestOptions
  readonly #endpoint: Endpoint
  readonly #resolve: (response: LoadResponse) => void
  /** performance.now() of the sending, or of when it was due. */
  readonly #startMs: number
  #origin: Origin
  #target: string
  #content: Content | undefined
  #redirects = 0

  /** @throws TypeError for a request that cannot be written: a mistake in the journey */
  constructor({ caller, method, path, options, endpoint, resolve }: CallOptions) {
    this.#caller = caller
    this.method = method
    this.#options = options
    this.#endpoint = endpoint
    this.#resolve = resolve
    const filled = fillPath(path, options.params)
    if (PLAIN.test(filled)) {
      this.#origin = caller.origin
      this.#target = filled
    } else {
      const url = new URL(filled, caller.origin.name)
      this.#origin = originOf(url)
      this.#target = `${url.pathname}${url.search}`
    }
    this.#content = contentOf(options.body)
    this.#compose(options.headers)
    const nowMs = performance.now()
    this.deadlineMs = nowMs + (options.timeoutMs ?? caller.timeoutMs)
    this.#startMs = options.record === false ? nowMs : caller.takeDue(nowMs)
  }

  get origin(): Origin {
    return this.#origin
  }

  answered(answer: Answer): void {
    if (answer.setsCookies) {
      this.#caller.cookies.store(this.#url(), headersOf(answer.head, 'set-cookie'), Date.now())
    }
    const { status } = answer
    if (status >= 300 && status < 400 && status !== 304 && this.#options.redirects !== false) {
      const location = headersOf(answer.head, 'location')[0]
      if (location !== undefined) return void this.#redirect(location, answer)
    }
    const good = (status >= 200 && status < 300) || this.#options.ok?.includes(status) === true
    this.#finish(good ? undefined : `http ${status}`, answer)
  }

  failed(cause: string): void {
    this.#finish(cause, undefined)
  }

  #compose(headers: Readonly<Record<string, string>> | undefined): void {
    this.bytes = this.#content?.bytes
    this.text = requestText({
      method: this.method,
      origin: this.#origin,
      target: this.#target,
      cookie: this.#caller.cookies.isEmpty ? undefined : this.#caller.cookies.header(this.#url(), Date.now()),
      headers,
      content: this.#content,
    })
  }

  #redirect(location: string, answer: Answer): void {
    this.#redirects += 1
    if (this.#redirects > MAX_REDIRECTS) return void this.#finish('too many redirects', answer)
    let url: URL
    try {
      url = new URL(location, this.#url())
    } catch {
      return void this.#finish('broken redirect', answer)
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return void this.#finish('broken redirect', answer)
    const before = this.#origin
    this.#origin = originOf(url)
    this.#target = `${url.pathname}${url.search}`
    // As browsers do: a body is sent again only where the server asks for it (307, 308).
    if (answer.status === 303 || (this.method === 'POST' && answer.status < 303)) {
      this.method = this.method === 'HEAD' ? 'HEAD' : 'GET'
      this.#content = undefined
    }
    const headers = Object.entries(this.#options.headers ?? {}).filter(
      ([name]) =>
        // Credentials for one origin are not sent to another.
        !(before.name !== this.#origin.name && /^(authorization|cookie)$/i.test(name)) &&
        !(this.#content === undefined && /^content-/i.test(name)),
    )
    this.#compose(Object.fromEntries(headers))
    this.#caller.send(this)
  }

  #finish(cause: string | undefined, answer: Answer | undefined): void {
    const durationMs = performance.now() - this.#startMs
    const bytes = answer?.body.length ?? 0
    const onFailed =
      this.#options.record === false
        ? undefined
        : this.#caller.record(this.#endpoint, { startMs: this.#startMs, durationMs, cause, bytes })
    this.#resolve(new LoadResponse({ url: `${this.#origin.name}${this.#target}`, durationMs, cause, answer, onFailed }))
  }

  #url(): URL {
    return new URL(this.#target, this.#origin.name)
  }
}

/** The virtual user that a call is made for. */
export interface Caller {
  readonly origin: Origin
  readonly timeoutMs: number
  readonly cookies: CookieJar
  /** When the next request counts as begun: when it was due, or now. */
  takeDue(nowMs: number): number
  /** Sends the call on a free connection, or on a new one. */
  send(call: Call): void
  /** Counts a finished request. Returns what counts it as failed later; undefined when it is not counted. */
  record(endpoint: Endpoint, request: FinishedRequest): ((cause: string) => void) | undefined
}

export interface FinishedRequest {
  /** performance.now() of the sending, or of when it was due. */
  startMs: number
  durationMs: number
  /** Why it failed; undefined when it went well. */
  cause: string | undefined
  /** Bytes of the body that came in. */
  bytes: number
}

interface CallOptions {
  caller: Caller
  method: Method
  path: string
  options: RequestOptions
  endpoint: Endpoint
  resolve: (response: LoadResponse) => void
}
