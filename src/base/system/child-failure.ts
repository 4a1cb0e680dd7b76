import type { ChildProcess } from 'node:child_process'
import { type ErrorCode, type ErrorDetails, FiredrillError } from '../errors.ts'

/** Sends the reason for the end of this process to its parent. Does nothing in a process that a person started. */
export function sendFailure(error: FiredrillError): void {
  // The parent may have ended: then nothing waits for this message.
  if (process.connected) process.send?.({ failed: error.toJSON() } satisfies Failure, () => undefined)
}

/** The message of a process that failed to its parent, besides its log: the log is on a disk, which may be full. */
interface Failure {
  failed: { code: ErrorCode } & ErrorDetails
}

/** The error that a child with a channel (`stdio: […, 'ipc']`) has sent to this process; `undefined` until then. */
export function failureOf(child: ChildProcess): () => FiredrillError | undefined {
  let failure: FiredrillError | undefined
  child.on('message', (message) => {
    const { failed } = message as Partial<Failure>
    if (failed !== undefined) failure = new FiredrillError(failed.code, failed)
  })
  return () => failure
}
