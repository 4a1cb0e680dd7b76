import { request } from 'undici'
import { messageOf } from '../base/errors.ts'
import { answerText } from '../base/http/answer-text.ts'
import { type ProbeDoor, type ProbeOptions, through } from './json.ts'

/** What one GET met. `status` is missing when there was no answer; then `error` says why. Times are epoch milliseconds. */
export interface HttpObservation {
  startedAtMs: number
  endedAtMs: number
  status?: number
  error?: string
  /** Only when it was asked for, and there was an answer. */
  body?: string
}

/** The longest body that is read, in bytes. */
const MOST_BODY_BYTES = 1024 * 1024

/**
 * GETs a URL on a new connection, as a new client does; `wantsBody` reads what it answers, up to 1 MiB. Rejects
 * only when the signal is aborted. `door`: the way there, where the URL alone does not lead.
 */
export async function probeHttp(
  url: string,
  { timeoutMs, signal, wantsBody = false, door }: ProbeOptions & { wantsBody?: boolean; door?: ProbeDoor | undefined },
): Promise<HttpObservation> {
  const bound = AbortSignal.timeout(timeoutMs)
  const startedAtMs = Date.now()
  try {
    const answer = await request(url, {
      reset: true,
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
      ...(await through(door, {})),
    })
    if (!wantsBody) {
      await answer.body.dump()
      return { startedAtMs, endedAtMs: Date.now(), status: answer.statusCode }
    }
    const body = await answerText(answer.body, MOST_BODY_BYTES)
    return { startedAtMs, endedAtMs: Date.now(), status: answer.statusCode, body }
  } catch (error) {
    signal?.throwIfAborted()
    const reason = bound.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error)
    return { startedAtMs, endedAtMs: Date.now(), error: reason }
  }
}
