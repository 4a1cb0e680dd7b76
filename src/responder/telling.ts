import type { IncidentMessage } from './actions/action.ts'
import type { Incident } from './incident/incident.ts'
import { recordText } from './incident/record-text.ts'

/** Lines of an incident's story that fit into a message. */
const LINES = 12

/** An incident in the words that people outside are told. */
export function messageFor(incident: Incident): IncidentMessage {
  const { id, number, alertname, labels, target, escalated, records } = incident
  const about = target?.replica ?? target?.service ?? ''
  const state = escalated === undefined ? 'is being dealt with' : `is left to you: ${escalated.reason}`
  return {
    incident: id,
    number,
    alertname,
    target: about,
    severity: labels.severity ?? 'unknown',
    summary: `Incident #${number}: ${alertname}${about === '' ? '' : ` on ${about}`} ${state}`,
    text: records
      .slice(-LINES)
      .map((record) => `${new Date(record.atMs).toISOString()}  ${recordText(record)}`)
      .join('\n'),
  }
}
