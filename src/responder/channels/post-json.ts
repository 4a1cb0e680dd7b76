import { request } from 'undici'
import { messageOf } from '../../base/errors.ts'
import { answerText } from '../../base/http/answer-text.ts'
import { responderErrors } from '../errors.ts'

/**
 * Posts a JSON document; resolves with the status when it is 2xx. Redirects are not followed.
 * @throws FD_RESPONDER_POST
 */
export async function postJson(
  url: string,
  body: object,
  { signal, token }: { signal: AbortSignal; token?: string },
): Promise<number> {
  // A Slack webhook's path is its secret.
  const where = new URL(url).origin
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    if (answer.statusCode >= 200 && answer.statusCode < 300) {
      // What it says beside that is of no interest, however long it is.
      await answer.body.dump()
      return answer.statusCode
    }
    const text = await answerText(answer.body, MOST_ANSWER_BYTES)
    throw new Error(`answered ${answer.statusCode}: ${text.slice(0, 200)}`)
  } catch (error) {
    throw responderErrors.error('FD_RESPONDER_POST', { message: messageOf(error), where, cause: error })
  }
}

const TIMEOUT_MS = 5_000

/** Characters of an answer that says why something was refused. */
const MOST_ANSWER_BYTES = 64 * 1024
