import { request } from 'undici'
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
  /** Base URLs of further replicas. */
  replicas?: readonly string[] | undefined
}

/** The same of Prometheus, or of what answers as it does. */
export interface PrometheusAccess extends ProbeAccess {
  /** Base URLs of those who evaluate the rules, where others than those who answer queries do that. */
  rules?: readonly string[] | undefined
  /** What becomes of the labels of alerts on their way to Alertmanager, by who evaluates their rules. Default: nothing. */
  alertLabels?: readonly (AlertLabels | undefined)[] | undefined
}

/**
 * GETs a JSON document.
 * @throws FD_PROBE_UNREACHABLE when nobody answers in time, FD_PROBE_ANSWER when the answer is not 200 with JSON,
 * or the signal's reason when it is aborted.
 */
export async function getJson(
  url: URL,
  { timeoutMs, signal, authorization, headers }: ProbeOptions & ProbeAccess,
): Promise<unknown> {
  const bound = AbortSignal.timeout(timeoutMs)
  let text: string
  let status: number
  try {
    const answer = await request(url, {
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
    })
    status = answer.statusCode
    text = await answerText(answer.body, answerLimits.monitoring)
  } catch (error) {
    signal?.throwIfAborted()
    throw probeErrors.error('FD_PROBE_UNREACHABLE', {
      message: bound.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error),
      where: url.origin + url.pathname,
      cause: error,
    })
  }
  const where = `${url.origin}${url.pathname}`
  if (status !== 200) {
    throw probeErrors.error('FD_PROBE_ANSWER', {
      message: `answered ${status}`,
      where,
      expected: '200',
      given: text.slice(0, 300),
    })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw probeErrors.error('FD_PROBE_ANSWER', {
      message: 'the answer is not JSON',
      where,
      given: text.slice(0, 300),
      cause: error,
    })
  }
}
