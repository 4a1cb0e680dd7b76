import type { ChildProcess } from 'node:child_process'
import { type ErrorCode, type ErrorDetails, FiredrillError } from '../../base/errors.ts'

/** What a detached start says to whoever started it, besides its log: that one is on a disk, which may be full. */
interface Failure {
  failed: { code: ErrorCode } & ErrorDetails
}

/** Says to whoever started this process why it ends. Does nothing for a process that a person started. */
export function tellParent(error: FiredrillError): void {
  // It may be gone: then nobody waits.
  if (process.connected) process.send?.({ failed: error.toJSON() } satisfies Failure, () => undefined)
}

/** The error that a child with a channel (`stdio: […, 'ipc']`) tells its parent; `undefined` until it does. */
export function failureOf(child: ChildProcess): () => FiredrillError | undefined {
  let failure: FiredrillError | undefined
  child.on('message', (message) => {
    const { failed } = message as Partial<Failure>
    if (failed !== undefined) failure = new FiredrillError(failed.code, failed)
  })
  return () => failure
}
