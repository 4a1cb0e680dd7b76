import { type Static, Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import { At } from '../../base/schema/terms.ts'
import { type IncidentStatus, IncidentView } from '../../probes/incident-view.ts'
import type { Incident } from './incident.ts'
import { recordText } from './record-text.ts'

export { IncidentView }

export const TimelineEntry = Type.Object({ atMs: At('When'), event: Type.String(), text: Type.String() })

/** The same, with everything that was recorded of it. */
export const IncidentStory = Type.Object({ incident: IncidentView, timeline: Type.Array(TimelineEntry) })

export type IncidentStory = Static<typeof IncidentStory>

/** @param setByMs How much later the wall clock is than the one that the incident's times are of. */
export function viewOf(incident: Incident, setByMs = 0): IncidentView {
  const wall = <T extends number | undefined>(ms: T) => (ms === undefined ? undefined : ms + setByMs) as T
  const { id, number, alertname, labels, rule, target, follows, startsAtMs, receivedAtMs, decision, attempts } =
    incident
  const { verified, escalated, resolvedAtMs, endsAtMs, phase } = incident
  const first = attempts.find((one) => !one.notifies && !one.back)
  return {
    id,
    number,
    alertname,
    labels,
    ...defined({ rule, follows, decision, resolvedAtMs: wall(resolvedAtMs), endsAtMs }),
    ...defined({ verified: verified && { ...verified, atMs: wall(verified.atMs) } }),
    target: target?.replica ?? target?.service ?? '',
    status: statusOf(incident),
    inProgress: phase !== 'settled' && follows === undefined,
    startsAtMs,
    receivedAtMs: wall(receivedAtMs),
    actions: attempts.map(({ action, target: name, actingAtMs, actedAtMs, ok, detail, notifies, back }) => ({
      action,
      target: name,
      actingAtMs: wall(actingAtMs),
      ...defined({ actedAtMs: wall(actedAtMs), ok, detail, notifies, back }),
    })),
    ...defined({ actingAtMs: wall(first?.actingAtMs), actedAtMs: wall(first?.actedAtMs), actionOk: first?.ok }),
    ...defined({ verifiedAtMs: verified?.outcome === 'ok' ? wall(verified.atMs) : undefined }),
    ...defined({ escalatedAtMs: wall(escalated?.atMs), escalation: escalated?.reason }),
  }
}

export function storyOf(incident: Incident, setByMs = 0): IncidentStory {
  const timeline = incident.records.map((record) => ({
    atMs: record.atMs + setByMs,
    event: record.event,
    text: recordText(record),
  }))
  return { incident: viewOf(incident, setByMs), timeline }
}

function statusOf({ phase, settled, resolvedAtMs }: Incident): IncidentStatus {
  if (phase === 'acting' || phase === 'verifying' || phase === 'waiting') return phase
  if (resolvedAtMs !== undefined) return 'resolved'
  return settled ?? 'waiting'
}
