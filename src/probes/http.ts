import { request } from 'undici'
import { messageOf } from '../base/errors.ts'
import type { ProbeOptions } from './json.ts'

/** What one GET met. `status` is missing when there was no answer; then `error` says why. Times are epoch milliseconds. */
export interface HttpObservation {
  startedAtMs: number
  endedAtMs: number
  status?: number
  error?: string
}

/** GETs a URL on a new connection, as a client that comes anew would. Rejects only when the signal is aborted. */
export async function probeHttp(url: string, { timeoutMs, signal }: ProbeOptions): Promise<HttpObservation> {
  const bound = AbortSignal.timeout(timeoutMs)
  const startedAtMs = Date.now()
  try {
    const answer = await request(url, {
      reset: true,
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
    })
    await answer.body.dump()
    return { startedAtMs, endedAtMs: Date.now(), status: answer.statusCode }
  } catch (error) {
    signal?.throwIfAborted()
    const reason = bound.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error)
    return { startedAtMs, endedAtMs: Date.now(), error: reason }
  }
}
