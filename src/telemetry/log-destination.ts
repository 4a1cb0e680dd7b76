import { type DestinationStream, pino } from 'pino'

/** The descriptor that log lines are written to, and what happens when it cannot take them. */

/** Of what could not be written, so much is kept until it can be; more is dropped. */
const KEPT_BYTES = 1024 * 1024

/**
 * Where log lines go: synchronously to a descriptor. A full disk and a reader that went away end nobody who logs, as they would
 * with pino's own: what cannot be written is kept for a while, and dropped.
 */
export function logDestination(fd: number): DestinationStream {
  const stream = pino.destination({ dest: fd, sync: true, minLength: 0, maxLength: KEPT_BYTES })
  stream.removeAllListeners('error')
  stream.on('error', () => undefined)
  return stream
}
