import { Pool } from 'undici'
import type { Recorder } from './recorder.ts'

/** One request of a journey. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  /** Sent as JSON. */
  body?: unknown
  /** Statuses that count as success beyond 2xx. */
  alsoGood?: readonly number[]
  /** False for what users would not do: cleaning up. Default true. */
  record?: boolean
}

/** Makes requests for the users of one origin, over connections that are kept, and records each. Nothing throws out of it. */
export class Caller {
  readonly #pool: Pool
  readonly #recorder: Recorder
  readonly #timeoutMs: number
  readonly #underWay = new Set<AbortController>()
  /** Set when the run has ended and nobody waits for answers any more. */
  #abandoned = false

  constructor(origin: string, options: { connections: number; timeoutMs: number; recorder: Recorder }) {
    this.#pool = new Pool(origin, {
      connections: options.connections,
      pipelining: 1,
      connectTimeout: options.timeoutMs,
    })
    this.#recorder = options.recorder
    this.#timeoutMs = options.timeoutMs
  }

  /** Whether the call went well. */
  async call({ method, path, body, alsoGood = [], record = true }: Call): Promise<boolean> {
    if (this.#abandoned) return false
    const controller = new AbortController()
    this.#underWay.add(controller)
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      controller.abort()
    }, this.#timeoutMs)
    const startMs = performance.timeOrigin + performance.now()
    let cause: string | undefined
    try {
      const answer = await this.#pool.request({
        method,
        path,
        signal: controller.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      await answer.body.dump()
      const status = answer.statusCode
      if ((status < 200 || status > 299) && !alsoGood.includes(status)) cause = `http ${status}`
    } catch (error) {
      cause = timedOut ? 'timeout' : causeOf(error)
    } finally {
      clearTimeout(timer)
      this.#underWay.delete(controller)
    }
    // A request that was cut off because the run ended tells nothing about the system.
    if (record && !(this.#abandoned && cause !== undefined)) {
      const durationMs = performance.timeOrigin + performance.now() - startMs
      this.#recorder.record({ startMs, durationMs, ...(cause === undefined ? {} : { cause }) })
    }
    return cause === undefined
  }

  /** Cuts off what is still under way, unrecorded, and closes the connections. */
  async close(): Promise<void> {
    this.#abandoned = true
    for (const controller of this.#underWay) controller.abort()
    await this.#pool.destroy()
  }
}

/** Few words for the many codes: they become the keys of a summary. */
const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
}

function causeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? (CAUSES[code] ?? code) : 'broken answer'
}
