import { request } from 'undici'
import { defined } from '../../base/defined.ts'
import { type FiredrillError, messageOf } from '../../base/errors.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { errorOf } from '../../base/http/problem.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import { type EndpointName, endpoints } from '../contract/endpoints.ts'
import { pathOf } from '../contract/path-of.ts'
import type {
  AnswerOf,
  BodyOf,
  ClientRequests,
  FaultView,
  HaltAnswer,
  IncidentStoryView,
  IncidentView,
  InjectBody,
  LeaseBody,
  LiftView,
  LinkView,
  LoadView,
  MaintenanceView,
  ParamsOf,
  QueryOf,
  ReleaseAnswer,
  RunReport,
  SituationView,
  StackView,
} from '../contract.ts'
import { apiErrors } from '../errors.ts'

/** The client of the control API. */

/** A restart waits for health; nothing on the API takes longer. */
const TIMEOUT_MS = 60_000

/** What a call of a route takes: its parameters, query and body, where it has them. */
type Input<Name extends EndpointName> = { signal?: AbortSignal | undefined } & Given<'params', ParamsOf<Name>> &
  Given<'query', QueryOf<Name>> &
  Given<'body', BodyOf<Name>>
type Given<Key extends string, Value> = Value extends undefined ? unknown : { [K in Key]: Value }

/** Speaks the control API. Every call throws FD_CONTROL_UNREACHABLE, or the code that control answered with. */
export class ControlClient {
  readonly #url: string
  readonly #token: () => string | undefined

  /** The token is read, and sent, only with calls that control does not answer to everybody. */
  constructor(url: string, token?: string | (() => string | undefined)) {
    this.#url = url
    this.#token = typeof token === 'function' ? token : () => token
  }

  /** A link that opens the console with a session, once. */
  createLink(readOnly: boolean): Promise<LinkView> {
    return this.#call('createLink', { body: { readOnly } })
  }

  stack(): Promise<StackView> {
    return this.#call('stack', {})
  }

  async events(after: number): Promise<RuntimeEvent[]> {
    return (await this.#call('events', { query: { after } })).events
  }

  async logs(service: string, replica: string | undefined, lines: number): Promise<string[]> {
    return (await this.#call('logs', { params: { service }, query: { lines, ...defined({ replica }) } })).lines
  }

  act(verb: 'start' | 'stop' | 'pause' | 'resume' | 'restart', service: string, replica?: string): Promise<StackView> {
    return this.#call(verb, { params: { service }, body: defined({ replica }) })
  }

  scale(service: string, replicas: number): Promise<StackView> {
    return this.#call('scale', { params: { service }, body: { replicas } })
  }

  configure(service: string, settings: Record<string, string | null>): Promise<StackView> {
    return this.#call('configure', { params: { service }, body: { settings } })
  }

  async faults(): Promise<FaultView[]> {
    return (await this.#call('faults', {})).faults
  }

  async incidents(): Promise<IncidentView[]> {
    return (await this.#call('incidents', {})).incidents
  }

  /** By number or id. */
  incident(id: string): Promise<IncidentStoryView> {
    return this.#call('incident', { params: { id } })
  }

  situation(): Promise<SituationView> {
    return this.#call('situation', {})
  }

  maintenance(): Promise<MaintenanceView> {
    return this.#call('maintenance', {})
  }

  /** From now on the responder does not act on a service (`*`: on none); 0 ends it. */
  maintain(service: string, forMs: number, why: string): Promise<MaintenanceView> {
    return this.#call('setMaintenance', { body: { service, forMs, why } })
  }

  inject(body: Omit<InjectBody, 'params'> & { params?: Record<string, unknown> }): Promise<FaultView> {
    return this.#call('inject', { body: { params: {}, ...body } })
  }

  lift(id: string): Promise<LiftView> {
    return this.#call('lift', { params: { id } })
  }

  /** The latest one first. */
  async liftAll(): Promise<LiftView[]> {
    return (await this.#call('liftAll', {})).lifted
  }

  /** Begins, or renews, the lease of a change of settings or replicas: control undoes the change when the lease ends. */
  async leaseChange(id: string, body: LeaseBody): Promise<void> {
    await this.#call('leaseChange', { params: { id }, body })
  }

  /** Ends the lease of a change that was undone. */
  async settleChange(id: string): Promise<void> {
    await this.#call('settleChange', { params: { id } })
  }

  /** Reports the figures of a load, for those who watch it through control. */
  async reportLoad(body: LoadView): Promise<void> {
    await this.#call('reportLoad', { body })
  }

  /** Reports how a run of a drill is, for those who watch it through control. */
  async reportRun(body: RunReport, signal?: AbortSignal): Promise<void> {
    await this.#call('reportRun', { params: { id: body.id }, body, signal })
  }

  /** Reports what became of requests to a service, for the counters of what its users see. */
  async reportRequests(body: ClientRequests): Promise<void> {
    await this.#call('reportRequests', { body })
  }

  /** Halts everything: resolves when every fault is lifted. */
  halt(why: string, signal?: AbortSignal): Promise<HaltAnswer> {
    return this.#call('halt', { body: { why }, signal })
  }

  release(signal?: AbortSignal): Promise<ReleaseAnswer> {
    return this.#call('release', { signal })
  }

  async down(): Promise<void> {
    await this.#call('down', {})
  }

  async #call<Name extends EndpointName>(name: Name, input: Input<Name>): Promise<AnswerOf<Name>> {
    const { method, access } = endpoints[name]
    const { body, signal, ...filled } = input as CallInput
    const path = pathOf(name, filled)
    const token = access === 'anyone' || access === 'public' ? undefined : this.#token()
    const answer = await this.#send({ method, path, body, token, signal })
    if (answer.status < 300) return JSON.parse(answer.text) as AnswerOf<Name>
    throw toError(answer, `${method} ${path}`)
  }

  async #send({ method, path, body, token, signal }: Sent): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.#url)
    try {
      const response = await request(url, {
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
        where: `${method} ${url.href}`,
        next: 'firedrill status',
        cause: error,
      })
    }
  }
}

/** The input of any route. */
interface CallInput {
  params?: Record<string, string>
  query?: Record<string, string | number | undefined>
  body?: object
  signal?: AbortSignal | undefined
}

interface Sent {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body: object | undefined
  token: string | undefined
  signal: AbortSignal | undefined
}

function toError({ status, text }: { status: number; text: string }, where: string): FiredrillError {
  const details = { message: `answered ${status}`, where, given: text.slice(0, 200) }
  return errorOf(text, where) ?? apiErrors.error('FD_CONTROL_REFUSED', details)
}
