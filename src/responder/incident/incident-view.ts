import { type Static, Type } from 'typebox'
import { defined } from '../../base/defined.ts'
import { strictRecord } from '../../base/schema/strict-record.ts'
import type { Incident } from './incident.ts'
import { recordText } from './record-text.ts'

const Ms = (description: string) => Type.Number({ description: `${description}, epoch milliseconds` })

const Action = Type.Object({
  action: Type.String(),
  target: Type.String(),
  actingAtMs: Ms('When it began'),
  actedAtMs: Type.Optional(Ms('When it ended')),
  ok: Type.Optional(Type.Boolean()),
  detail: Type.Optional(Type.String()),
  telling: Type.Optional(Type.Boolean({ description: 'It notifies somebody, and repairs nothing' })),
  back: Type.Optional(Type.Boolean({ description: 'The way back: the alert is over' })),
})

const STATUSES = ['waiting', 'acting', 'verifying', 'helped', 'escalated', 'ignored', 'dry_run', 'resolved'] as const
type Status = (typeof STATUSES)[number]

/** An incident as it is shown to people and programs. */
export const IncidentView = Type.Object({
  id: Type.String(),
  number: Type.Integer({ description: 'Counts from 1' }),
  alertname: Type.String(),
  labels: strictRecord(Type.String()),
  rule: Type.Optional(Type.String({ description: "Name of the policy's rule" })),
  target: Type.String({ description: 'Replica or service that it is about; empty when none is named' }),
  status: Type.Unsafe<Status>(Type.String({ description: STATUSES.join(', ') })),
  inProgress: Type.Boolean({ description: 'Whether the responder is still at work on it' }),
  follows: Type.Optional(Type.String({ description: 'Id of the incident about the same cause that is dealt with' })),
  startsAtMs: Ms('When the alert fired'),
  receivedAtMs: Ms('When its webhook arrived'),
  decision: Type.Optional(
    Type.Object({
      action: Type.String(),
      target: Type.String(),
      reason: Type.String(),
      suppressed: Type.Optional(Type.String({ description: 'The guard that stopped it' })),
    }),
  ),
  actions: Type.Array(Action),
  actingAtMs: Type.Optional(Ms('Start of the first repair')),
  actedAtMs: Type.Optional(Ms('End of the first repair')),
  actionOk: Type.Optional(Type.Boolean()),
  verified: Type.Optional(Type.Object({ atMs: Ms('When'), outcome: Type.String(), detail: Type.String() })),
  verifiedAtMs: Type.Optional(Ms('When it was known to have helped')),
  escalatedAtMs: Type.Optional(Ms('When it was left to a person')),
  escalation: Type.Optional(Type.String({ description: 'Why' })),
  resolvedAtMs: Type.Optional(Ms('When the responder heard that the alert is over')),
  endsAtMs: Type.Optional(Ms('When the alert ended')),
})

export const TimelineEntry = Type.Object({ atMs: Ms('When'), event: Type.String(), text: Type.String() })

/** The same, with all that was written of it. */
export const IncidentStory = Type.Object({ incident: IncidentView, timeline: Type.Array(TimelineEntry) })

export type IncidentView = Static<typeof IncidentView>
export type IncidentStory = Static<typeof IncidentStory>

/** @param setByMs How much later the wall clock is than the one that the incident's times are of. */
export function viewOf(incident: Incident, setByMs = 0): IncidentView {
  const wall = <T extends number | undefined>(ms: T) => (ms === undefined ? undefined : ms + setByMs) as T
  const { id, number, alertname, labels, rule, target, follows, startsAtMs, receivedAtMs, decision, attempts } =
    incident
  const { verified, escalated, resolvedAtMs, endsAtMs, phase } = incident
  const first = attempts.find((one) => !one.telling && !one.back)
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
    actions: attempts.map(({ action, target: name, actingAtMs, actedAtMs, ok, detail, telling, back }) => ({
      action,
      target: name,
      actingAtMs: wall(actingAtMs),
      ...defined({ actedAtMs: wall(actedAtMs), ok, detail, telling, back }),
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

function statusOf({ phase, settled, resolvedAtMs }: Incident): Status {
  if (phase === 'acting' || phase === 'verifying' || phase === 'waiting') return phase
  if (resolvedAtMs !== undefined) return 'resolved'
  return settled ?? 'waiting'
}
