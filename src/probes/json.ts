import { request } from 'undici'
import { messageOf } from '../base/errors.ts'
import { answerLimits, answerText } from '../base/http/answer-text.ts'
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
}

/**
 * GETs a JSON document.
 * @throws FD_PROBE_UNREACHABLE when nobody answers in time, FD_PROBE_ANSWER when the answer is not 200 with JSON,
 * or the signal's reason when it is aborted.
 */
export async function getJson(url: URL, options: ProbeOptions & ProbeAccess): Promise<unknown> {
  const text = await ask(url, {}, options)
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
  const json = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } as const
  await ask(url, json, options)
}

interface Asked {
  method?: 'POST'
  body?: string
  headers?: Record<string, string>
}

/** The text of an answer that is 200. */
async function ask(
  url: URL,
  { headers = {}, ...asked }: Asked,
  { timeoutMs, signal, authorization }: ProbeOptions & ProbeAccess,
): Promise<string> {
  const bound = AbortSignal.timeout(timeoutMs)
  let text: string
  let status: number
  try {
    const answer = await request(url, {
      ...asked,
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
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

function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}
