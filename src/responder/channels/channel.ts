import type { IncidentMessage } from '../incident/incident-message.ts'

/** A way to notify people. */
export interface Channel {
  /** Rejects when the message was not accepted. */
  send(message: IncidentMessage, signal: AbortSignal): Promise<void>
}
