import type { Readable } from 'node:stream'
import { request } from 'undici'
import type { Static, TSchema } from '#typebox'
import { Value } from '#typebox/value'
import { messageOf } from '../../base/errors.ts'
import { answerText } from '../../base/http/answer-text.ts'
import { HttpError } from '../../base/http/http-server.ts'
import type { ReplicaStatus, ServiceStatus } from '../../runtimes/runtime.ts'
import { apiErrors } from '../errors.ts'

/** How control asks the quotes service. */

const SERVICE = 'quotes'
/** The page promises a banner within 5 s: a replica that hangs may cost only part of that, and a second one is tried. */
const TRY_TIMEOUT_MS = 1_000
const MAX_TRIES = 2
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/**
 * The quotes service as control reaches it: the replicas that the runtime knows, the healthy ones first, a second one when
 * the first does not answer. Throws HttpErrors: FD_QUOTES_ABSENT (503), FD_QUOTES_UNREACHABLE and FD_QUOTES_INVALID (502).
 */
export class QuotesSource {
  readonly #services: () => ServiceStatus[]

  constructor(services: () => ServiceStatus[]) {
    this.#services = services
  }

  /** GET a JSON answer of the given form. */
  async get<T extends TSchema>(path: string, form: T): Promise<Static<T>> {
    const { body, where } = await this.#open(path, {}, { bodyTimeout: TRY_TIMEOUT_MS })
    let value: unknown
    try {
      value = JSON.parse(await answerText(body, MAX_ANSWER_BYTES))
    } catch (error) {
      throw unreadable(where, messageOf(error))
    }
    if (Value.Check(form, value)) return value
    const first = Value.Errors(form, value)[0]
    throw unreadable(where, `${first?.instancePath ?? ''} ${first?.message ?? 'another form'}`)
  }

  /** Opens a stream; `silenceMs` without a byte ends it with an error. Aborting ends it too. */
  async stream(
    path: string,
    headers: Record<string, string>,
    options: { silenceMs: number; signal: AbortSignal },
  ): Promise<Readable> {
    const { body } = await this.#open(path, headers, { bodyTimeout: options.silenceMs, signal: options.signal })
    return body
  }

  async #open(
    path: string,
    headers: Record<string, string>,
    options: { bodyTimeout: number; signal?: AbortSignal },
  ): Promise<{ body: Readable; where: string }> {
    const failures: string[] = []
    for (const { id, address } of this.#replicas().slice(0, MAX_TRIES)) {
      options.signal?.throwIfAborted()
      const url = `http://${address.host}:${address.port}${path}`
      try {
        const { statusCode, body } = await request(url, { headers, headersTimeout: TRY_TIMEOUT_MS, ...options })
        if (statusCode === 200) return { body, where: `${id} GET ${path}` }
        body.destroy()
        body.once('error', () => undefined)
        failures.push(`${id} answered ${statusCode}`)
      } catch (error) {
        options.signal?.throwIfAborted()
        failures.push(`${id}: ${messageOf(error)}`)
      }
    }
    throw new HttpError(
      502,
      apiErrors.error('FD_QUOTES_UNREACHABLE', {
        message: 'the quotes service does not answer',
        given: failures.join('; '),
        next: 'firedrill logs quotes',
      }),
      { 'retry-after': '1' },
    )
  }

  /** Replicas worth asking, the healthy ones first. */
  #replicas(): ReplicaStatus[] {
    const replicas = this.#services().find((service) => service.name === SERVICE)?.replicas ?? []
    const running = replicas.filter(({ state }) => state !== 'stopped' && state !== 'exited' && state !== 'backoff')
    if (running.length === 0) {
      const states = replicas.map(({ id, state }) => `${id} is ${state}`)
      throw new HttpError(
        503,
        apiErrors.error('FD_QUOTES_ABSENT', {
          message: replicas.length === 0 ? 'the stack has no quotes service' : 'no replica of quotes runs',
          ...(states.length === 0 ? {} : { given: states.join(', ') }),
          next: 'firedrill status',
        }),
        { 'retry-after': '1' },
      )
    }
    return running.sort((a, b) => Number(b.state === 'healthy') - Number(a.state === 'healthy'))
  }
}

function unreadable(where: string, given: string): HttpError {
  return new HttpError(
    502,
    apiErrors.error('FD_QUOTES_INVALID', { message: 'the quotes service answered in another form', where, given }),
  )
}
