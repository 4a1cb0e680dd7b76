/** What is appended to incident_log.jsonl, one a line. All times are epoch milliseconds. */
export type IncidentRecord = { incident: string; atMs: number } & (
  | {
      event: 'opened'
      /** Names one life of the stack: an incident is over when the stack it happened in is. */
      run: string
      alertname: string
      labels: Record<string, string>
      startsAtMs: number
    }
  | { event: 'decided'; action: string; target: string; reason: string; suppressed?: string }
  | { event: 'acting'; action: string; target: string }
  | { event: 'acted'; ok: boolean; detail: string }
  | { event: 'verified'; ok: boolean; detail: string }
  | { event: 'resolved'; endsAtMs: number; detail?: string }
)

/** One incident, folded from its records. */
export interface Incident {
  id: string
  run: string
  alertname: string
  labels: Record<string, string>
  startsAtMs: number
  receivedAtMs: number
  status: 'open' | 'acted' | 'failed' | 'resolved'
  decision?: { action: string; target: string; reason: string; suppressed?: string }
  actingAtMs?: number
  actedAtMs?: number
  actionOk?: boolean
  actionDetail?: string
  verifiedAtMs?: number
  /** When the responder was told that the alert is resolved. */
  resolvedAtMs?: number
  /** When the alert ended, by Prometheus' clock. */
  endsAtMs?: number
}

/** Folds one more record into what is known. Records of an incident that was never opened are left out. */
export function applyRecord(incidents: Map<string, Incident>, record: IncidentRecord): void {
  if (record.event === 'opened') {
    const { incident: id, atMs: receivedAtMs, run, alertname, labels, startsAtMs } = record
    if (!incidents.has(id)) incidents.set(id, { id, run, alertname, labels, startsAtMs, receivedAtMs, status: 'open' })
    return
  }
  const incident = incidents.get(record.incident)
  if (incident === undefined) return
  switch (record.event) {
    case 'decided': {
      const { action, target, reason, suppressed } = record
      incident.decision = { action, target, reason, ...(suppressed === undefined ? {} : { suppressed }) }
      return
    }
    case 'acting':
      incident.actingAtMs = record.atMs
      return
    case 'acted':
      incident.actedAtMs = record.atMs
      incident.actionOk = record.ok
      incident.actionDetail = record.detail
      if (incident.status !== 'resolved') incident.status = record.ok ? 'acted' : 'failed'
      return
    case 'verified':
      if (record.ok) incident.verifiedAtMs = record.atMs
      else if (incident.status !== 'resolved') incident.status = 'failed'
      return
    case 'resolved':
      incident.status = 'resolved'
      incident.resolvedAtMs = record.atMs
      incident.endsAtMs = record.endsAtMs
      return
  }
}
