import { defined } from '../../base/defined.ts'
import type { Recorder } from '../figures/recorder.ts'
import type { Endpoint, Tally } from '../figures/tally.ts'
import { Call, type Caller, type FinishedRequest } from '../http/call.ts'
import { Connection } from '../http/connection.ts'
import { CookieJar } from '../http/cookies.ts'
import type { Network } from '../http/network.ts'
import type { Origin } from '../http/origin.ts'
import type { Method, RequestOptions } from '../http/request-options.ts'
import { patternOf } from '../http/request-text.ts'
import { LoadResponse } from '../http/response.ts'
import type { User } from '../journey/journey.ts'
import type { Pauses } from './pauses.ts'

/** One virtual user: what a journey's tasks get. */

const NO_OPTIONS: RequestOptions = {}

/** A user with connections and cookies of its own. */
export class VirtualUser<State> implements User<State>, Caller {
  readonly id: string
  readonly index: number
  readonly random: () => number
  readonly origin: Origin
  readonly cookies = new CookieJar()
  state!: State
  /** Requests made so far. */
  requests = 0
  /** In the open model: performance.now() at which the next request was due. */
  dueMs: number | undefined
  readonly #context: EngineContext
  readonly #free: Connection[] = []

  constructor(user: { id: string; index: number; random: () => number; origin: Origin }, context: EngineContext) {
    this.id = user.id
    this.index = user.index
    this.random = user.random
    this.origin = user.origin
    this.#context = context
  }

  get timeoutMs(): number {
    return this.#context.timeoutMs
  }

  get(path: string, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    return this.request('GET', path, options)
  }
  post(path: string, body?: unknown, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    return this.request('POST', path, { ...options, body })
  }
  put(path: string, body?: unknown, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    return this.request('PUT', path, { ...options, body })
  }
  patch(path: string, body?: unknown, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    return this.request('PATCH', path, { ...options, body })
  }
  delete(path: string, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    return this.request('DELETE', path, options)
  }

  request(method: Method, path: string, options: RequestOptions = NO_OPTIONS): Promise<LoadResponse> {
    this.requests += 1
    if (this.#context.abandoned) {
      const parts = { url: path, durationMs: 0, cause: 'cut off', answer: undefined, onFailed: undefined }
      return Promise.resolve(new LoadResponse(parts))
    }
    const endpoint = this.#context.tally.endpoint(options.name ?? `${method} ${patternOf(path)}`)
    return new Promise((resolve) => {
      this.send(new Call({ caller: this, method, path, options, endpoint, resolve }))
    })
  }

  pause(ms: number): Promise<void> {
    return this.#context.pauses.sleep(ms)
  }

  check(response: LoadResponse, name: string, test: (response: LoadResponse) => boolean): boolean {
    let passed = false
    try {
      passed = test(response) === true
    } catch {
      // A test that throws on what came back has found it wrong.
    }
    this.#context.tally.check(name, passed)
    if (!passed) response.markFailed(`check failed: ${name}`)
    return passed
  }

  send(call: Call): void {
    const at = this.#free.findIndex(({ origin }) => origin.name === call.origin.name)
    const connection = at === -1 ? this.#connect(call.origin) : this.#free.splice(at, 1)[0]
    connection?.send(call)
  }

  takeDue(nowMs: number): number {
    const dueMs = this.dueMs
    if (dueMs === undefined) return nowMs
    this.dueMs = undefined
    return Math.min(dueMs, nowMs)
  }

  record(endpoint: Endpoint, request: FinishedRequest): ((cause: string) => void) | undefined {
    const { startMs, durationMs, cause, bytes } = request
    if (cause !== undefined && this.#context.abandoned) {
      // Cut off because the run ended: that says nothing about the system.
      this.#context.unfinished += 1
      return undefined
    }
    endpoint.done(durationMs, cause, bytes)
    const live = this.#context.live?.endpoint(endpoint.name)
    live?.done(durationMs, cause, bytes)
    const recorded = this.#context.recorder?.record({
      startMs: performance.timeOrigin + startMs,
      durationMs,
      ...defined({ cause }),
    })
    return (laterCause) => {
      endpoint.fail(laterCause)
      live?.fail(laterCause)
      if (recorded !== undefined) this.#context.recorder?.markFailed(recorded, laterCause)
    }
  }

  #connect(origin: Origin): Connection {
    const connection = new Connection(origin, this.#context.network)
    connection.onIdle = this.#onIdle
    return connection
  }

  readonly #onIdle = (connection: Connection, usable: boolean): void => {
    if (usable) return void this.#free.push(connection)
    const at = this.#free.indexOf(connection)
    if (at !== -1) this.#free.splice(at, 1)
  }
}

/** What all users of an engine share. */
export interface EngineContext {
  network: Network
  tally: Tally
  pauses: Pauses
  /** Bound of a request, in milliseconds. */
  timeoutMs: number
  /** Keeps every request, where the time of each failure matters. */
  recorder: Recorder | undefined
  /** Counts each request as well, for those who watch. */
  live: Tally | undefined
  /** True once the run is over and what is cut off is no failure. */
  abandoned: boolean
  /** Requests that were cut off because the run was over. */
  unfinished: number
}
