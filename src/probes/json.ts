import { type Dispatcher, request } from 'undici'
import { messageOf } from '../base/errors.ts'
import { answerLimits, answerText } from '../base/http/answer-text.ts'
import type { AlertLabels } from './alert-labels/alert-labels.ts'
import { probeErrors } from './errors.ts'

/** How every probe of the monitoring is bounded. */
export interface ProbeOptions {
  /** Bound of one request, in milliseconds. */
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** How a part of the monitoring is asked beside that. */
export interface ProbeAccess {
  /** Value of the Authorization header. */
  authorization?: string | undefined
  /** Further headers of each request: `X-Scope-OrgID`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** The way to it, where its URL alone does not lead there. */
  door?: ProbeDoor | undefined
  /** Base URLs of further replicas. */
  replicas?: readonly string[] | undefined
}

/** A way to servers that their URLs alone do not lead to: behind the API server of a cluster. */
export interface ProbeDoor {
  readonly dispatcher: Dispatcher
  /** What each request must carry. They replace others of the same name. */
  headers(): Promise<Readonly<Record<string, string>>>
}

/** The same of Prometheus, or of what answers as it does. */
export interface PrometheusAccess extends ProbeAccess {
  /** Base URLs of those who evaluate the rules, where others than those who answer queries do that. */
  rules?: readonly string[] | undefined
  /** What becomes of the labels of alerts on their way to Alertmanager, by who evaluates their rules. Default: nothing. */
  alertLabels?: readonly (AlertLabels | undefined)[] | undefined
  /** A store that it sends its samples to, and that is asked for them in its place. Default: none. */
  store?: StoreAccess | undefined
}

/** A store of samples, and how it is asked. */
export interface StoreAccess extends Pick<ProbeAccess, 'authorization' | 'headers' | 'door'> {
  /** Base URL of what answers there as Prometheus does. */
  url: string
}

/**
 * GETs a JSON document.
 * @throws FD_PROBE_UNREACHABLE when nobody answers in time, FD_PROBE_ANSWER when the answer is not 200 with JSON,
 * or the signal's reason when it is aborted.
 */
export async function getJson(url: URL, options: ProbeOptions & ProbeAccess): Promise<unknown> {
  const text = await ask(url, undefined, options)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw probeErrors.error('FD_PROBE_ANSWER', {
      message: 'the answer is not JSON',
      where: placeOf(url),
      given: text.slice(0, 300),
      cause: error,
    })
  }
}

/** POSTs a JSON document; what is answered is not read. @throws as `getJson` does */
export async function postJson(url: URL, body: unknown, options: ProbeOptions & ProbeAccess): Promise<void> {
  await ask(url, body, options)
}

/** The text of an answer that is 200; with a body, to a POST. */
async function ask(
  url: URL,
  body: unknown,
  { timeoutMs, signal, authorization, headers, door }: ProbeOptions & ProbeAccess,
): Promise<string> {
  const bound = AbortSignal.timeout(timeoutMs)
  let text: string
  let status: number
  try {
    const answer = await request(url, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
      ...(await through(door, {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      })),
    })
    status = answer.statusCode
    text = await answerText(answer.body, answerLimits.monitoring)
  } catch (error) {
    signal?.throwIfAborted()
    throw probeErrors.error('FD_PROBE_UNREACHABLE', {
      message: bound.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error),
      where: placeOf(url),
      cause: error,
    })
  }
  if (status === 200) return text
  throw probeErrors.error('FD_PROBE_ANSWER', {
    message: `answered ${status}`,
    where: placeOf(url),
    expected: '200',
    given: text.slice(0, 300),
  })
}

/** The options of a request through that door, or of one without. */
export async function through(
  door: ProbeDoor | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<{ dispatcher?: Dispatcher; headers: Record<string, string> }> {
  if (door === undefined) return { headers: { ...headers } }
  return { dispatcher: door.dispatcher, headers: { ...headers, ...(await door.headers()) } }
}

function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}
