import { FiredrillError } from '../base/errors.ts'
import { HttpError } from '../base/http/http-server.ts'

/** A disk that is full is not the sender's fault: the answer asks for another try. */
export async function withHttpStatus(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw error instanceof FiredrillError ? new HttpError(503, error, { 'retry-after': '1' }) : error
  }
}
