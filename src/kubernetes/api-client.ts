import { Agent, type IncomingMessage, request as sendHttp } from 'node:http'
import type { Duplex } from 'node:stream'
import { FiredrillError, messageOf } from '../base/errors.ts'
import { answerText } from '../base/http/answer-text.ts'
import { sleep } from '../base/wait.ts'
import { refusal } from './api-errors.ts'
import { type ApiRequest, type ClusterDoor, kubernetesErrors } from './cluster.ts'

/** Requests to an API server, through a door: bounded in time and size, on connections that are kept. */
export class ApiClient {
  readonly #door: ClusterDoor
  readonly #description: string
  readonly #agent: DoorAgent

  constructor(door: ClusterDoor, description: string) {
    this.#door = door
    this.#description = description
    this.#agent = new DoorAgent(door)
  }

  /** @throws FD_KUBERNETES_UNREACHABLE, FD_KUBERNETES_FORBIDDEN, FD_KUBERNETES_NOT_FOUND, FD_KUBERNETES_CONFLICT, FD_KUBERNETES_ANSWER */
  async request<T>(wanted: ApiRequest): Promise<T> {
    const { method = 'GET', path, timeoutMs = REQUEST_MS, signal } = wanted
    const bound = AbortSignal.timeout(timeoutMs)
    const ending = signal === undefined ? bound : AbortSignal.any([signal, bound])
    const where = `${method} ${path} of ${this.#description}`
    let answer: Answer
    try {
      answer = await this.#askPatiently(wanted, ending)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof FiredrillError) throw error
      throw kubernetesErrors.error('FD_KUBERNETES_UNREACHABLE', {
        message: bound.aborted ? `no answer within ${timeoutMs / 1_000} s` : messageOf(error),
        where,
        cause: error,
      })
    }
    const { status, text } = answer
    if (status < 200 || status > 299) throw refusal({ status, text, where })
    return (wanted.answer === 'text' ? text : parse(text, where)) as T
  }

  close(): void {
    this.#agent.destroy()
  }

  /** A server that has too much to do has done nothing yet, and says when to ask again. */
  async #askPatiently(wanted: ApiRequest, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#exchange(wanted, signal)
      const { status, retryAfterMs } = answer
      const isAskedAgain = status === TOO_MANY_REQUESTS && retryAfterMs <= MOST_RETRY_MS && attempt < MOST_ATTEMPTS
      if (!isAskedAgain) return answer
      await sleep(retryAfterMs, signal)
    }
  }

  /** A question whose connection ended is asked again: it changes nothing. Kept connections end when the server does, all at once. */
  async #exchange(wanted: ApiRequest, signal: AbortSignal): Promise<Answer> {
    const headers = await this.#door.headers()
    const isQuestion = (wanted.method ?? 'GET') === 'GET'
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(wanted, headers, signal)
      } catch (error) {
        if (!isQuestion || !isEnded(error) || attempt >= MOST_ATTEMPTS) throw error
        await sleep(AFTER_END_MS, signal)
      }
    }
  }

  async #send(
    { method = 'GET', path, query, body, patch = 'merge' }: ApiRequest,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = sendHttp({
        agent: this.#agent,
        method,
        path: query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`,
        signal,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(text === undefined
            ? {}
            : {
                'content-type': method === 'PATCH' ? PATCHES[patch] : 'application/json',
                'content-length': String(Buffer.byteLength(text)),
              }),
        },
      })
      request.on('error', reject)
      request.once('response', resolve)
      request.end(text)
    })
    return {
      status: response.statusCode ?? 0,
      text: await answerText(response, MOST_ANSWER_BYTES),
      retryAfterMs: Number(response.headers['retry-after'] ?? Number.NaN) * 1_000,
    }
  }
}

interface Answer {
  status: number
  text: string
  /** NaN where the server does not say so. */
  retryAfterMs: number
}

const TOO_MANY_REQUESTS = 429
/** Longest pause of which a server is obeyed, in milliseconds, and how often it is asked. */
const MOST_RETRY_MS = 3_000
const MOST_ATTEMPTS = 4
/** Pause after a connection that has ended, in milliseconds. */
const AFTER_END_MS = 50
/** Bound of a request, in milliseconds. */
const REQUEST_MS = 10_000
/** A page of 500 pods has about 5 MB. */
const MOST_ANSWER_BYTES = 64 * 1024 ** 2
const MOST_CONNECTIONS = 16

const PATCHES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

/** Connections through a door. */
class DoorAgent extends Agent {
  readonly #door: ClusterDoor

  constructor(door: ClusterDoor) {
    super({ keepAlive: true, maxSockets: MOST_CONNECTIONS })
    this.#door = door
  }

  override createConnection(_: object, opened?: (error: Error | null, stream: Duplex) => void): undefined {
    this.#door.connect().then(
      (socket) => opened?.(null, socket),
      // With an error there is no stream.
      (error: Error) => opened?.(error, undefined as unknown as Duplex),
    )
  }
}

function isEnded(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw kubernetesErrors.error('FD_KUBERNETES_ANSWER', {
      message: 'the answer is not JSON',
      where,
      given: text.slice(0, 300),
      cause: error,
    })
  }
}
