import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'

const Labels = Type.Record(Type.String(), Type.String({ maxLength: 4_096 }), { maxProperties: 100 })

/**
 * What Alertmanager's webhook sends (version 4). Only the alerts are required, so that a person can post a bare one by
 * hand; fields that newer versions add are accepted.
 */
export const WebhookSchema = Type.Object(
  {
    version: Type.Optional(Type.String()),
    groupKey: Type.Optional(Type.String()),
    alerts: Type.Array(
      Type.Object(
        {
          status: Type.Optional(Type.Union([Type.Literal('firing'), Type.Literal('resolved')])),
          labels: Labels,
          annotations: Type.Optional(Labels),
          startsAt: Type.Optional(Type.String({ format: 'date-time' })),
          endsAt: Type.Optional(Type.String({ format: 'date-time' })),
          fingerprint: Type.Optional(Type.String({ maxLength: 64 })),
        },
        { additionalProperties: true },
      ),
      { minItems: 1, maxItems: 1_000 },
    ),
  },
  { additionalProperties: true },
)

export type Webhook = Static<typeof WebhookSchema>

/** One alert of a delivery, with what was left out filled in. Times are epoch milliseconds. */
export interface Alert {
  /** The same for every delivery about the same alert since the same start. */
  incident: string
  firing: boolean
  name: string
  labels: Record<string, string>
  startsAtMs: number
  endsAtMs: number
}

export function readAlerts(webhook: Webhook, receivedAtMs: number): Alert[] {
  return webhook.alerts.map(({ status, labels, startsAt, endsAt }) => {
    const startsAtMs = startsAt === undefined ? receivedAtMs : Date.parse(startsAt)
    return {
      incident: incidentId(labels, startsAtMs),
      firing: status !== 'resolved',
      name: labels.alertname ?? 'unnamed',
      labels,
      startsAtMs,
      endsAtMs: endsAt === undefined ? receivedAtMs : Date.parse(endsAt),
    }
  })
}

/** Alertmanager tells alerts apart by their labels and when they started; so do incidents. */
function incidentId(labels: Record<string, string>, startsAtMs: number): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([sorted, startsAtMs]))
    .digest('hex')
    .slice(0, 12)
}
