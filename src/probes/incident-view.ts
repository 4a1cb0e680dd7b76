import { type Static, Type } from '#typebox'
import { strictRecord } from '../base/schema/strict-record.ts'
import { At } from '../base/schema/terms.ts'

/** What the responder's API says of an incident. Drills read it, journals keep it. */

const Action = Type.Object({
  action: Type.String(),
  target: Type.String(),
  actingAtMs: At('When it began'),
  actedAtMs: Type.Optional(At('When it ended')),
  ok: Type.Optional(Type.Boolean()),
  detail: Type.Optional(Type.String()),
  notifies: Type.Optional(Type.Boolean({ description: 'It notifies somebody, and repairs nothing' })),
  back: Type.Optional(Type.Boolean({ description: 'The way back: the alert is over' })),
})

const STATUSES = ['waiting', 'acting', 'verifying', 'helped', 'escalated', 'ignored', 'dry_run', 'resolved'] as const
export type IncidentStatus = (typeof STATUSES)[number]

/** An incident as the responder shows it to people and programs: in its API, on the console, to drills. */
export const IncidentView = Type.Object({
  id: Type.String(),
  number: Type.Integer({ description: 'Counts from 1' }),
  alertname: Type.String(),
  labels: strictRecord(Type.String()),
  rule: Type.Optional(Type.String({ description: "Name of the policy's rule" })),
  target: Type.String({ description: 'Replica or service that it is about; empty when the labels name neither' }),
  status: Type.Unsafe<IncidentStatus>(Type.String({ description: STATUSES.join(', ') })),
  inProgress: Type.Boolean({ description: 'Whether the responder is still at work on it' }),
  follows: Type.Optional(Type.String({ description: 'Id of the incident about the same cause that is dealt with' })),
  startsAtMs: At('When the alert fired'),
  receivedAtMs: At('When its webhook arrived'),
  decision: Type.Optional(
    Type.Object({
      action: Type.String(),
      target: Type.String(),
      reason: Type.String(),
      suppressed: Type.Optional(Type.String({ description: 'The guard that stopped it' })),
    }),
  ),
  actions: Type.Array(Action, { description: 'Everything that was done, in order' }),
  actingAtMs: Type.Optional(At('Start of the first repair')),
  actedAtMs: Type.Optional(At('End of the first repair')),
  actionOk: Type.Optional(Type.Boolean()),
  verified: Type.Optional(Type.Object({ atMs: At('When'), outcome: Type.String(), detail: Type.String() })),
  verifiedAtMs: Type.Optional(At('When it was known to have helped')),
  escalatedAtMs: Type.Optional(At('When it was left to a person')),
  escalation: Type.Optional(Type.String({ description: 'Why' })),
  resolvedAtMs: Type.Optional(At('When a webhook said that the alert has ended')),
  endsAtMs: Type.Optional(At('When the alert ended, as Alertmanager says')),
})

export type IncidentView = Static<typeof IncidentView>
