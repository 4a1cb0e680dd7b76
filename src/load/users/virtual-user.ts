import { defined } from '../../base/defined.ts'
import type { Recorder } from '../figures/recorder.ts'
import type { Endpoint, Tally } from '../figures/tally.ts'
import { Call } from '../http/call.ts'
import { Connection } from '../http/connection.ts'
import { CookieJar } from '../http/cookies.ts'
import type { Network } from '../http/network.ts'
import type { Origin } from '../http/origin.ts'
import { patternOf } from '../http/request-text.ts'
import { LoadResponse } from '../http/response.ts'
import type { Method, RequestOptions, User } from '../journey/journey.ts'
import type { Pauses } from './pauses.ts'

/** What all users of an engine share. */
export interface EngineContext {
  network: Network
  tally: Tally
  pauses: Pauses
  /** Bound of a request, in milliseconds. */
  timeoutMs: number
  /** Keeps every request, for those who want to know when each failed. */
  recorder: Recorder | undefined
  /** True once the run is over and what is cut off is no failure. */
  abandoned: boolean
  /** Requests that were cut off because the run was over. */
  unfinished: number
}

const NO_OPTIONS: RequestOptions = {}
const NOTHING_TO_SPOIL = () => undefined

/** A user with connections and cookies of its own. */
export class VirtualUser<State> implements User<State> {
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
  readonly #around: EngineContext
  readonly #free: Connection[] = []

  constructor(who: { id: string; index: number; random: () => number; origin: Origin }, around: EngineContext) {
    this.id = who.id
    this.index = who.index
    this.random = who.random
    this.origin = who.origin
    this.#around = around
  }

  get timeoutMs(): number {
    return this.#around.timeoutMs
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
    if (this.#around.abandoned) {
      return Promise.resolve(new LoadResponse(path, 0, 'cut off', undefined, NOTHING_TO_SPOIL))
    }
    const endpoint = this.#around.tally.endpoint(options.name ?? `${method} ${patternOf(path)}`)
    return new Promise((resolve) => {
      this.send(new Call(this, method, path, options, endpoint, resolve))
    })
  }

  pause(ms: number): Promise<void> {
    return this.#around.pauses.sleep(ms)
  }

  check(response: LoadResponse, name: string, test: (response: LoadResponse) => boolean): boolean {
    let passed = false
    try {
      passed = test(response) === true
    } catch {
      // A test that trips over what came back has found that it is not as it must be.
    }
    this.#around.tally.check(name, passed)
    if (!passed) response.spoil(`check failed: ${name}`)
    return passed
  }

  /** Sends a call on a connection that is free, or on a new one. */
  send(call: Call): void {
    const at = this.#free.findIndex(({ origin }) => origin.name === call.origin.name)
    const connection = at === -1 ? this.#connect(call.origin) : this.#free.splice(at, 1)[0]
    connection?.send(call)
  }

  /** When the next request counts as begun: when it was due, or now. */
  takeDue(nowMs: number): number {
    const dueMs = this.dueMs
    if (dueMs === undefined) return nowMs
    this.dueMs = undefined
    return Math.min(dueMs, nowMs)
  }

  /** Puts a finished request into the figures; returns what counts it as failed later. */
  record(
    endpoint: Endpoint,
    startMs: number,
    durationMs: number,
    cause: string | undefined,
    bytes: number,
  ): (cause: string) => void {
    if (cause !== undefined && this.#around.abandoned) {
      // Cut off because the run ended: that tells nothing about the system.
      this.#around.unfinished += 1
      return NOTHING_TO_SPOIL
    }
    endpoint.done(durationMs, cause, bytes)
    const recorded = this.#around.recorder?.record({
      startMs: performance.timeOrigin + startMs,
      durationMs,
      ...defined({ cause }),
    })
    return (spoiled) => {
      endpoint.fail(spoiled)
      if (recorded !== undefined) this.#around.recorder?.spoil(recorded, spoiled)
    }
  }

  #connect(origin: Origin): Connection {
    const connection = new Connection(origin, this.#around.network)
    connection.onIdle = this.#onIdle
    return connection
  }

  readonly #onIdle = (connection: Connection, usable: boolean): void => {
    if (usable) return void this.#free.push(connection)
    const at = this.#free.indexOf(connection)
    if (at !== -1) this.#free.splice(at, 1)
  }
}
