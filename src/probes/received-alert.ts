import { type Static, Type } from '#typebox'
import { strictRecord } from '../base/schema/strict-record.ts'
import { At, oneOfWords } from '../base/schema/terms.ts'

/** One alert of which notifications have arrived at a receiver. Drills read it, journals keep it. */
export const ReceivedAlert = Type.Object({
  form: oneOfWords('alertmanager', 'slack', 'pagerduty'),
  receiver: Type.Optional(Type.String({ description: "Alertmanager's name of the receiver, where the form has it" })),
  alertname: Type.Optional(Type.String()),
  labels: Type.Optional(strictRecord(Type.String())),
  text: Type.Optional(Type.String({ description: 'What the message says, where it has no labels' })),
  startsAtMs: Type.Optional(At('When the alert fired, where the form has it')),
  receivedAtMs: At('When the first notification of it arrived'),
  notifications: Type.Integer({ description: 'How many said that it fires: repeats count' }),
  resolvedAtMs: Type.Optional(At('When a notification arrived that says that the alert has ended')),
  endsAtMs: Type.Optional(At('When the alert ended, where the form has it')),
})

export type ReceivedAlert = Static<typeof ReceivedAlert>
export type NotificationForm = ReceivedAlert['form']
