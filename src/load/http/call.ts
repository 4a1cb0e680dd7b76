import type { Endpoint } from '../figures/tally.ts'
import type { Method, RequestOptions } from '../journey/journey.ts'
import type { VirtualUser } from '../users/virtual-user.ts'
import type { Answer } from './answer-parser.ts'
import type { Exchange } from './connection.ts'
import { type Origin, originOf } from './origin.ts'
import { type Content, contentOf, fillPath, requestText } from './request-text.ts'
import { headersOf, LoadResponse } from './response.ts'

const MAX_REDIRECTS = 10
/** A path that can be sent as it is. */
const PLAIN = /^\/[!-~]*$/

/** One request of a user from its sending to its figures, redirects included. */
export class Call implements Exchange {
  method: string
  text = ''
  bytes: Uint8Array | undefined
  readonly deadlineMs: number
  readonly #user: VirtualUser<unknown>
  readonly #options: RequestOptions
  readonly #endpoint: Endpoint
  readonly #resolve: (response: LoadResponse) => void
  /** performance.now() of the sending, or of when it was due. */
  readonly #startMs: number
  #origin: Origin
  #target: string
  #content: Content | undefined
  #redirects = 0

  /** @throws TypeError for what no request can be: a mistake in the journey */
  constructor(
    user: VirtualUser<unknown>,
    method: Method,
    path: string,
    options: RequestOptions,
    endpoint: Endpoint,
    resolve: (response: LoadResponse) => void,
  ) {
    this.#user = user
    this.method = method
    this.#options = options
    this.#endpoint = endpoint
    this.#resolve = resolve
    const filled = fillPath(path, options.params)
    if (PLAIN.test(filled)) {
      this.#origin = user.origin
      this.#target = filled
    } else {
      const url = new URL(filled, user.origin.name)
      this.#origin = originOf(url)
      this.#target = `${url.pathname}${url.search}`
    }
    this.#content = contentOf(options.body)
    this.#compose(options.headers)
    const nowMs = performance.now()
    this.deadlineMs = nowMs + (options.timeoutMs ?? user.timeoutMs)
    this.#startMs = options.record === false ? nowMs : user.takeDue(nowMs)
  }

  get origin(): Origin {
    return this.#origin
  }

  answered(answer: Answer): void {
    if (answer.setsCookies) {
      this.#user.cookies.store(this.#url(), headersOf(answer.head, 'set-cookie'), Date.now())
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
      cookie: this.#user.cookies.isEmpty ? undefined : this.#user.cookies.header(this.#url(), Date.now()),
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
    // As browsers do: what was sent is sent again only where the server says so (307, 308).
    if (answer.status === 303 || (this.method === 'POST' && answer.status < 303)) {
      this.method = this.method === 'HEAD' ? 'HEAD' : 'GET'
      this.#content = undefined
    }
    const headers = Object.entries(this.#options.headers ?? {}).filter(
      ([name]) =>
        // What is meant for one origin is not told to another.
        !(before.name !== this.#origin.name && /^(authorization|cookie)$/i.test(name)) &&
        !(this.#content === undefined && /^content-/i.test(name)),
    )
    this.#compose(Object.fromEntries(headers))
    this.#user.send(this)
  }

  #finish(cause: string | undefined, answer: Answer | undefined): void {
    const durationMs = performance.now() - this.#startMs
    const spoil =
      this.#options.record === false
        ? () => undefined
        : this.#user.record(this.#endpoint, this.#startMs, durationMs, cause, answer?.body.length ?? 0)
    this.#resolve(new LoadResponse(`${this.#origin.name}${this.#target}`, durationMs, cause, answer, spoil))
  }

  #url(): URL {
    return new URL(this.#target, this.#origin.name)
  }
}
