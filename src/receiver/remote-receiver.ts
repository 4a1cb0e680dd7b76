import { Value } from '#typebox/value'
import { getJson } from '../probes/json.ts'
import { receiverErrors } from './errors.ts'
import { Received } from './http/routes.ts'
import type { Receiver } from './receiver.ts'

/** A `firedrill receive` that runs already, here or on another machine. @throws FD_RECEIVER_UNAVAILABLE when it does not answer */
export async function reachReceiver(url: string, token: string): Promise<Receiver> {
  const received = async (sinceMs: number, signal?: AbortSignal) => {
    const base = url.endsWith('/') ? url : `${url}/`
    const asked = new URL(`received?sinceMs=${Math.max(0, Math.floor(sinceMs))}`, base)
    const answer = await getJson(asked, { timeoutMs: ASK_MS, signal, authorization: `Bearer ${token}` })
    if (Value.Check(Received, answer)) return answer.received
    throw receiverErrors.error('FD_RECEIVER_UNAVAILABLE', {
      message: 'what answers there is no firedrill receive',
      where: url,
    })
  }
  try {
    await received(Date.now())
  } catch (cause) {
    throw receiverErrors.error('FD_RECEIVER_UNAVAILABLE', {
      message: `notifications cannot be received: ${cause instanceof Error ? cause.message : String(cause)}`,
      where: url,
      expected: 'a firedrill receive with the same token',
      next: 'firedrill receive --system firedrill.yaml, where that address is; or name an address to listen at',
      cause,
    })
  }
  return { place: url, received, close: async () => undefined }
}

const ASK_MS = 2_000
