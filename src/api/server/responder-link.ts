import { type Dispatcher, request } from 'undici'
import type { Static } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { HttpError } from '../../base/http/http-server.ts'
import type { ServiceStatus } from '../../runtimes/runtime.ts'
import type { IncidentStoryView, IncidentsView, MaintenanceBody, MaintenanceView } from '../contract.ts'
import { apiErrors } from '../errors.ts'

/** How control asks the responder. */

const TIMEOUT_MS = 2_000
/** Longer than its heartbeat: a stream that is silent for so long is dead. */
const STREAM_SILENCE_MS = 20_000

/** The responder as control reaches it. Each call throws an HttpError: FD_RESPONDER_UNREACHABLE (502), FD_INCIDENT_UNKNOWN (404). */
export class ResponderLink {
  readonly #services: () => ServiceStatus[]
  readonly #token: string

  /** `token` shows the responder that control acts for the operator. */
  constructor(services: () => ServiceStatus[], token: string) {
    this.#services = services
    this.#token = token
  }

  incidents(): Promise<IncidentsView> {
    return this.#get('/incidents')
  }

  /** By number or id. */
  incident(name: string): Promise<IncidentStoryView> {
    return this.#get(`/incidents/${name}`)
  }

  maintenance(): Promise<MaintenanceView> {
    return this.#get('/maintenance')
  }

  async setMaintenance(body: Static<typeof MaintenanceBody>): Promise<MaintenanceView> {
    const answer = await this.#send('/maintenance', {
      method: 'PUT',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return readAnswer(answer)
  }

  /** The answer of any status: the responder refuses a stream when too many are open. */
  stream(lastEventId: string | string[] | undefined, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#send('/incidents/stream', {
      headers: typeof lastEventId === 'string' ? { 'last-event-id': lastEventId } : {},
      bodyTimeout: STREAM_SILENCE_MS,
      signal,
    })
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await this.#send(path)
    if (answer.statusCode !== 404) return readAnswer(answer)
    await answer.body.dump()
    const problem = apiErrors.error('FD_INCIDENT_UNKNOWN', {
      message: `there is no such incident: ${path}`,
      next: 'firedrill incidents lists them',
    })
    throw new HttpError(404, problem)
  }

  async #send(path: string, options: Partial<Dispatcher.RequestOptions> = {}): Promise<Dispatcher.ResponseData> {
    const address = this.#services().find(({ kind }) => kind === 'responder')?.replicas[0]?.address
    if (address === undefined) throw unreachable('the stack has no responder')
    try {
      const url = `http://${address.host}:${address.port}${path}`
      return await request(url, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, ...options })
    } catch (error) {
      throw unreachable(messageOf(error))
    }
  }
}

/** The JSON of a success; anything else means that the responder is not there for us. */
async function readAnswer<T>({ statusCode, body }: Dispatcher.ResponseData): Promise<T> {
  const text = await answerText(body, answerLimits.own)
  if (statusCode !== 200) throw unreachable(`answered ${statusCode}`)
  return JSON.parse(text) as T
}

function unreachable(given: string): HttpError {
  const next = 'firedrill logs responder; its log of incidents is in the state folder'
  const problem = apiErrors.error('FD_RESPONDER_UNREACHABLE', { message: 'the responder does not answer', given, next })
  return new HttpError(502, problem, { 'retry-after': '1' })
}
