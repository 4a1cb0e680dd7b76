import type { Incident } from './incident.ts'
import { recordText } from './record-text.ts'

/** An incident as it is sent to people and programs outside. */
export interface IncidentMessage {
  incident: string
  number: number
  alertname: string
  target: string
  severity: string
  summary: string
  text: string
}

/** Lines of an incident's story that fit into a message. */
const LINES = 12

/** What people are sent about an incident. */
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
