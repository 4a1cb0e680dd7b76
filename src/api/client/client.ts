import { request } from 'undici'
import { defined } from '../../base/defined.ts'
import { type FiredrillError, messageOf } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { errorOf } from '../../base/http/problem.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import type {
  ClientRequests,
  FaultsView,
  FaultView,
  HaltAnswer,
  IncidentStoryView,
  IncidentView,
  InjectBody,
  LeaseBody,
  LiftsView,
  LiftView,
  LoadView,
  MaintenanceView,
  ReleaseAnswer,
  SituationView,
  StackView,
} from '../contract.ts'
import { apiErrors } from '../errors.ts'

/** A restart waits for health; nothing on the API takes longer. */
const TIMEOUT_MS = 60_000

/** Speaks the control API. Every call throws FD_CONTROL_UNREACHABLE, or the code that control answered with. */
export class ControlClient {
  readonly #url: string
  readonly #token: () => string | undefined

  /** The token is asked for, and sent, only with what control does not answer to everybody. */
  constructor(url: string, token?: string | (() => string | undefined)) {
    this.#url = url
    this.#token = typeof token === 'function' ? token : () => token
  }

  stack(): Promise<StackView> {
    return this.#call('GET', '/v1/stack')
  }

  async events(after: number): Promise<RuntimeEvent[]> {
    const { events } = await this.#call<{ events: RuntimeEvent[] }>('GET', `/v1/events?after=${after}`)
    return events
  }

  async logs(service: string, replica: string | undefined, lines: number): Promise<string[]> {
    const query = new URLSearchParams({ lines: String(lines), ...defined({ replica }) })
    const answer = await this.#call<{ lines: string[] }>(
      'GET',
      `/v1/services/${encodeURIComponent(service)}/logs?${query}`,
      undefined,
      { withToken: true },
    )
    return answer.lines
  }

  act(verb: 'start' | 'stop' | 'pause' | 'resume' | 'restart', service: string, replica?: string): Promise<StackView> {
    const body = replica === undefined ? {} : { replica }
    return this.#call('POST', `/v1/services/${encodeURIComponent(service)}/${verb}`, body)
  }

  scale(service: string, replicas: number): Promise<StackView> {
    return this.#call('POST', `/v1/services/${encodeURIComponent(service)}/scale`, { replicas })
  }

  async faults(): Promise<FaultView[]> {
    return (await this.#call<FaultsView>('GET', '/v1/faults')).faults
  }

  configure(service: string, settings: Record<string, string | null>): Promise<StackView> {
    return this.#call('POST', `/v1/services/${encodeURIComponent(service)}/configure`, { settings })
  }

  async incidents(): Promise<IncidentView[]> {
    return (await this.#call<{ incidents: IncidentView[] }>('GET', '/v1/incidents')).incidents
  }

  /** By number or id. */
  incident(name: string): Promise<IncidentStoryView> {
    return this.#call('GET', `/v1/incidents/${encodeURIComponent(name)}`)
  }

  situation(): Promise<SituationView> {
    return this.#call('GET', '/v1/situation')
  }

  maintenance(): Promise<MaintenanceView> {
    return this.#call('GET', '/v1/maintenance')
  }

  /** Keeps the responder's hands off a service (`*`: everything) from now on; 0 ends it. */
  maintain(service: string, forMs: number, why: string): Promise<MaintenanceView> {
    return this.#call('PUT', '/v1/maintenance', { service, forMs, why })
  }

  inject(body: Omit<InjectBody, 'params'> & { params?: Record<string, unknown> }): Promise<FaultView> {
    return this.#call('POST', '/v1/faults', body)
  }

  lift(id: string): Promise<LiftView> {
    return this.#call('DELETE', `/v1/faults/${encodeURIComponent(id)}`)
  }

  /** The last one first. */
  async liftAll(): Promise<LiftView[]> {
    return (await this.#call<LiftsView>('DELETE', '/v1/faults')).lifted
  }

  /** Begins, or renews, the lease of a change of settings or replicas: control takes it back when the lease is over. */
  async leaseChange(id: string, body: LeaseBody): Promise<void> {
    await this.#call('PUT', `/v1/changes/${encodeURIComponent(id)}`, body)
  }

  /** Says that a change was taken back. */
  async settleChange(id: string): Promise<void> {
    await this.#call('DELETE', `/v1/changes/${encodeURIComponent(id)}`)
  }

  /** Tells how a load stands, for those who watch it through control. */
  async tellLoad(view: LoadView): Promise<void> {
    await this.#call('POST', '/v1/load', view)
  }

  /** Reports what became of requests to a service, for the counters of what its users see. */
  async reportRequests(body: ClientRequests): Promise<void> {
    await this.#call('POST', '/v1/client-requests', body)
  }

  /** Pulls the lever: resolves when every fault is lifted. */
  halt(why: string, signal?: AbortSignal): Promise<HaltAnswer> {
    return this.#call('PUT', '/v1/halt', { why }, { signal })
  }

  release(signal?: AbortSignal): Promise<ReleaseAnswer> {
    return this.#call('DELETE', '/v1/halt', undefined, { signal })
  }

  async down(): Promise<void> {
    await this.#call('POST', '/v1/down', {})
  }

  async #call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    { withToken = method !== 'GET', signal }: { withToken?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const answer = await this.#send(method, path, body, { token: withToken ? this.#token() : undefined, signal })
    if (answer.status < 300) return JSON.parse(answer.text) as T
    throw toError(answer, `${method} ${path}`)
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object | undefined,
    { token, signal }: { token: string | undefined; signal: AbortSignal | undefined },
  ): Promise<{ status: number; text: string }> {
    try {
      const response = await request(new URL(path, this.#url), {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        signal: AbortSignal.any([AbortSignal.timeout(2 * TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]),
      })
      return { status: response.statusCode, text: await answerText(response.body, answerLimits.own) }
    } catch (error) {
      throw apiErrors.error('FD_CONTROL_UNREACHABLE', {
        message: `no answer: ${messageOf(error)}`,
        where: `${method} ${new URL(path, this.#url).href}`,
        next: 'firedrill status',
        cause: error,
      })
    }
  }
}

function toError({ status, text }: { status: number; text: string }, where: string): FiredrillError {
  const details = { message: `answered ${status}`, where, given: text.slice(0, 200) }
  return errorOf(text, where) ?? apiErrors.error('FD_CONTROL_REFUSED', details)
}
